using NodaTime;

namespace VoiceQuality.Sla.TollFree;

/// <summary>Which rates change.</summary>
public enum RateScope
{
    /// <summary>Domestic rates: only with prior written notice.</summary>
    Domestic,

    /// <summary>International rates: without notice.</summary>
    International,

    /// <summary>Rates of the extended territories: without notice.</summary>
    Extended,
}

/// <summary>A written notice to one customer that rates change .</summary>
/// <param name="AccountId">The customer.</param>
/// <param name="SentOn">The date of the notice, in the account's zone.</param>
/// <param name="SendRecord">Reference to the record of the sending.</param>
public sealed record RateChangeNotice(string AccountId, LocalDate SentOn, string? SendRecord);

/// <summary>A change of rates .</summary>
/// <param name="AccountId">The customer.</param>
/// <param name="Scope">Which rates.</param>
/// <param name="EffectiveFrom">First date, in the account's zone.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Notice">The notice; null when there is none.</param>
public sealed record RateChange(
    string AccountId, RateScope Scope, LocalDate EffectiveFrom, string Currency, RateChangeNotice? Notice);

/// <summary>Why a change of rates does not take effect.</summary>
public enum RateChangeRefusal
{
    /// <summary>Rates are in US dollars only.</summary>
    CurrencyIsNotUsd,

    /// <summary>A domestic change without notice to that customer.</summary>
    NoNotice,

    /// <summary>Nothing records that the notice was sent.</summary>
    NoSendRecord,

    /// <summary>The notice is not dated before the change.</summary>
    NoticeNotPrior,
}

/// <summary>Whether a change of rates may take effect .</summary>
public static class RateNotice
{
    /// <summary>Why it may not; null when it may.</summary>
    public static RateChangeRefusal? RefusalOf(RateChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Currency != "USD" ? RateChangeRefusal.CurrencyIsNotUsd
            : change.Scope != RateScope.Domestic ? null
            : change.Notice is not { } notice || notice.AccountId != change.AccountId ? RateChangeRefusal.NoNotice
            : string.IsNullOrWhiteSpace(notice.SendRecord) ? RateChangeRefusal.NoSendRecord
            : notice.SentOn < change.EffectiveFrom ? null
            : RateChangeRefusal.NoticeNotPrior;
    }
}
