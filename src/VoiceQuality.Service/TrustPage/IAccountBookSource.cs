using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Service.TrustPage;

/// <summary>Gives the account book in force. The host registers its own implementation.</summary>
internal interface IAccountBookSource
{
    /// <summary>One snapshot; it is replaced whole.</summary>
    AccountBook Book { get; }
}
