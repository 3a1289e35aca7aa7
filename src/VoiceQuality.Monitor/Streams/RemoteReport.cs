using System.Collections.Immutable;

namespace VoiceQuality.Monitor.Streams;

/// <summary>Where an endpoint said something about a stream.</summary>
public enum RemoteSource
{
    /// <summary>Report blocks of SR and RR (RFC 3550 §6.4).</summary>
    RtcpReceiverReport,

    /// <summary>Report blocks of XR (RFC 3611 §4).</summary>
    RtcpExtendedReport,

    /// <summary>A vq-rtcpxr body in PUBLISH or NOTIFY (RFC 6035).</summary>
    VoiceQualityReport,
}

/// <summary>The names of <see cref="RemoteSource"/> outside the program.</summary>
public static class RemoteSourceNames
{
    private static readonly string[] Names = ["rtcp-rr", "rtcp-xr", "vq-rtcpxr"];

    /// <summary>The wire name.</summary>
    public static string ToWireName(this RemoteSource source) => Names[(int)source];

    /// <summary>Reads a wire name.</summary>
    public static bool TryParse(string? name, out RemoteSource source)
    {
        var index = Array.IndexOf(Names, name);
        source = (RemoteSource)Math.Max(index, 0);
        return index >= 0;
    }
}

/// <summary>One figure that an endpoint told; its name says what it is and its unit.</summary>
/// <param name="Name">One of a closed set, in camelCase, such as "lossPercent" or "roundTripMs".</param>
/// <param name="Value">Null when the endpoint does not know.</param>
public readonly record struct RemoteFigure(string Name, decimal? Value);

/// <summary>
/// What the receiver of a stream said of it, apart from everything that was measured here: no figure of ours is made
/// of it but the round trip.
/// </summary>
/// <param name="Source">Where it said so.</param>
/// <param name="ReporterSsrc">The SSRC that it sends with; null when it did not say.</param>
/// <param name="Reports">How many reports there were.</param>
/// <param name="FirstAtUs">The first of them, microseconds since 1970-01-01 UTC.</param>
/// <param name="LastAtUs">The last of them, from which the figures are unless their name says another thing.</param>
/// <param name="Figures">The figures in a fixed order.</param>
public sealed record RemoteReport(
    RemoteSource Source,
    uint? ReporterSsrc,
    long Reports,
    long FirstAtUs,
    long LastAtUs,
    ImmutableArray<RemoteFigure> Figures)
{
    /// <summary>The figure of a name; null when there is none or the endpoint does not know it.</summary>
    public decimal? this[string name]
    {
        get
        {
            foreach (var figure in Figures)
            {
                if (figure.Name == name)
                {
                    return figure.Value;
                }
            }

            return null;
        }
    }
}

/// <summary>How a round trip was measured.</summary>
public enum RoundTripSource
{
    /// <summary>LSR and DLSR on both sides of the tap (RFC 3550 §6.4.1), or LRR and DLRR (RFC 3611 §4.5).</summary>
    Rtcp,

    /// <summary>An endpoint told it in VoIP metrics (RFC 3611 §4.7).</summary>
    RtcpXr,
}

/// <summary>Why the round trip between two parties is not known. A closed set; the wire name is in camelCase.</summary>
public enum DelayObstacle
{
    /// <summary>It is known.</summary>
    None,

    /// <summary>No RTCP spoke of the stream.</summary>
    NoReports,

    /// <summary>RTCP shows the way to one side of the tap alone, or no report quotes another.</summary>
    OneSideOnly,

    /// <summary>Something between the parties ends RTCP and hides the far side.</summary>
    RtcpTerminated,
}

/// <summary>The delay of the path of a stream, as far as RTCP shows it at one tap: medians over the stream.</summary>
/// <param name="SenderSideUs">Round trip between the tap and the sender, µs; null when not measured.</param>
/// <param name="ReceiverSideUs">Round trip between the tap and the receiver, µs; null when not measured.</param>
/// <param name="RoundTripUs">
/// Round trip between sender and receiver, µs: what an endpoint told in VoIP metrics, else the sum of both sides; null
/// without.
/// </param>
/// <param name="Source">Where <paramref name="RoundTripUs"/> is from; null without one.</param>
public sealed record PathDelay(
    long? SenderSideUs, long? ReceiverSideUs, long? RoundTripUs, RoundTripSource? Source)
{
    /// <summary>
    /// One-way delay of the network, µs: half the round trip. What differs between the directions cannot be seen at
    /// one tap.
    /// </summary>
    public long? OneWayUs => RoundTripUs / 2;
}
