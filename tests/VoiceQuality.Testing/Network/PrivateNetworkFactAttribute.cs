using VoiceQuality.Testing.Programs;
using Xunit;

namespace VoiceQuality.Testing.Network;

/// <summary>
/// A test that makes network interfaces; skipped with the reason where that is not allowed, unless
/// <see cref="RequiredProgram.RequireAllVariable"/> says that nothing may be skipped.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrivateNetworkFactAttribute : FactAttribute
{
    public PrivateNetworkFactAttribute() => Skip = RequiredProgram.RequireAll ? null : PrivateNetwork.WhyNot;
}
