using NodaTime;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Rating;

/// <summary>What signalling shows of an answered call, as far as rating needs it. It prints no digits.</summary>
public sealed class CallSignalling
{
    private const int TicksPerMicrosecond = 10;
    private const int MicrosecondsPerMillisecond = 1000;

    /// <summary>Id of the call, one of a kind; it orders calls of one instant .</summary>
    public required string CallId { get; init; }

    /// <summary>The account that the call belongs to.</summary>
    public required string AccountId { get; init; }

    /// <summary>The business unit that the call belongs to.</summary>
    public required string UnitId { get; init; }

    /// <summary>Who sent the first INVITE.</summary>
    public SignallingAddress? Source { get; init; }

    /// <summary>Port of <see cref="Source"/>.</summary>
    public int? SourcePort { get; init; }

    /// <summary>Whom the first INVITE was sent to.</summary>
    public SignallingAddress? Destination { get; init; }

    /// <summary>Port of <see cref="Destination"/>.</summary>
    public int? DestinationPort { get; init; }

    /// <summary>User part of From.</summary>
    public string? From { get; init; }

    /// <summary>User part of To.</summary>
    public string? To { get; init; }

    /// <summary>User part of the request URI.</summary>
    public string? RequestUser { get; init; }

    /// <summary>User parts of P-Asserted-Identity.</summary>
    public IReadOnlyList<string> AssertedIdentities { get; init; } = [];

    /// <summary>User parts of Remote-Party-ID.</summary>
    public IReadOnlyList<string> RemotePartyIds { get; init; } = [];

    /// <summary>Instant of answer, microseconds since 1970-01-01 UTC.</summary>
    public required long AnsweredAtUs { get; init; }

    /// <summary>Instant of the end; null when it was not seen.</summary>
    public long? EndedAtUs { get; init; }

    /// <summary>Instant of answer.</summary>
    public Instant AnsweredAt => Instant.FromUnixTimeTicks(checked(AnsweredAtUs * TicksPerMicrosecond));

    /// <summary>
    /// Milliseconds from answer to end, a begun one counted whole; null when the end is not known. Rounding up here
    /// and up to the billing step later is the same as rounding up once from the microseconds, because a step
    /// is a whole number of milliseconds; to cut here would lose a step.
    /// </summary>
    public long? DurationMs
    {
        get
        {
            if (EndedAtUs is not { } end || end < AnsweredAtUs)
            {
                return null;
            }

            var durationUs = end - AnsweredAtUs;
            return (durationUs / MicrosecondsPerMillisecond) + (durationUs % MicrosecondsPerMillisecond > 0 ? 1 : 0);
        }
    }
}

/// <summary>Where the called number was taken from.</summary>
public enum CalledNumberSource
{
    /// <summary>There was none.</summary>
    None,

    /// <summary>The request URI of the first INVITE: what was dialled.</summary>
    RequestUri,

    /// <summary>To, where the request URI has no number or none that the account holds.</summary>
    To,
}
