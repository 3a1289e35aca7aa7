using System.Collections.Immutable;
using VoiceQuality.Monitor.Calls;

namespace VoiceQuality.Storage.Calls;

/// <summary>
/// Who called whom: the part of a call that is personal, encrypted as a whole and forgotten as a whole.
/// </summary>
/// <param name="CallId">Call-ID header.</param>
/// <param name="FromTag">Tag of the From header; empty when there was none.</param>
/// <param name="Caller">User part of the From URI; null when not seen.</param>
/// <param name="Callee">User part of the To URI; null when not seen.</param>
/// <param name="CallerDomain">Host part of the From URI.</param>
/// <param name="CalleeDomain">Host part of the To URI.</param>
/// <param name="RequestDomain">Host part of the request URI.</param>
/// <param name="Headers">Values of the configured headers, by name in lower case.</param>
public sealed record CallIdentity(
    string CallId,
    string FromTag,
    string? Caller,
    string? Callee,
    string? CallerDomain,
    string? CalleeDomain,
    string? RequestDomain,
    ImmutableSortedDictionary<string, string> Headers)
{
    /// <summary>User part of the request URI; null when not seen, or stored before it was kept.</summary>
    public string? RequestUser { get; init; }

    /// <summary>User parts of P-Asserted-Identity.</summary>
    public ImmutableArray<string> AssertedIdentities { get; init; } = [];

    /// <summary>User parts of Remote-Party-ID.</summary>
    public ImmutableArray<string> RemotePartyIds { get; init; } = [];

    // A record prints its members, and these must not reach a log by accident.

    /// <inheritdoc/>
    public override string ToString() => "(identity)";
}
