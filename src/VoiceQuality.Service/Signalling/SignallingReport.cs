using NodaTime;
using VoiceQuality.Quality.Signalling;

namespace VoiceQuality.Service.Signalling;

/// <summary>A piece of a series.</summary>
/// <param name="From">Its first instant.</param>
/// <param name="Sums">Its sums.</param>
internal sealed record SignallingPoint(Instant From, SignallingCounters Sums);

/// <summary>One unit, trunk or component.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; null where it has none of its own.</param>
/// <param name="AccountId">Its account; null for what no account owns.</param>
/// <param name="Sums">The sums of the whole time.</param>
/// <param name="Series">Pieces with attempts, in order; empty without a series.</param>
internal sealed record SignallingLine(
    string Id, string? Name, string? AccountId, SignallingCounters Sums, IReadOnlyList<SignallingPoint> Series);

/// <summary>How call attempts went in a time.</summary>
/// <param name="Search">What was asked for.</param>
/// <param name="Total">All attempts, each once.</param>
/// <param name="Lines">Most attempts first. An attempt counts for each trunk and component that it went over.</param>
/// <param name="Unmapped">Attempts that went over none that is known; nothing by unit.</param>
/// <param name="OtherPairs">Those of them that came between more endpoints than are kept apart.</param>
internal sealed record SignallingReport(
    SignallingSearch Search,
    SignallingCounters Total,
    IReadOnlyList<SignallingLine> Lines,
    SignallingCounters Unmapped,
    long OtherPairs);
