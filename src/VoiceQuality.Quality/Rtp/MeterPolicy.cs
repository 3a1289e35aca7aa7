using System.Collections.Immutable;

namespace VoiceQuality.Quality.Rtp;

/// <summary>How a stream is measured. A default value has the product's defaults.</summary>
public readonly record struct MeterPolicy
{
    private const int MostJitterBuffers = 8;

    private readonly ImmutableArray<JitterBufferModel> _moreJitterBuffers;
    private readonly int _jitterBufferMs;
    private readonly int _intervalMs;
    private readonly int _maxIntervals;

    /// <summary>Which jitter buffer is emulated. Default fixed.</summary>
    public JitterBufferKind JitterBuffer { get; init; }

    /// <summary>
    /// Depth of the emulated fixed jitter buffer, largest depth of an adaptive one, ms, 1 to 10,000. Default 60.
    /// </summary>
    public int JitterBufferMs
    {
        get => _jitterBufferMs == 0 ? 60 : _jitterBufferMs;
        init => _jitterBufferMs = InRange(value, 1, 10_000, nameof(JitterBufferMs));
    }

    /// <summary>
    /// Further jitter buffers to emulate beside that one, each with its own count of late packets; at most 8.
    /// </summary>
    public ImmutableArray<JitterBufferModel> MoreJitterBuffers
    {
        get => _moreJitterBuffers.IsDefault ? [] : _moreJitterBuffers;
        init => _moreJitterBuffers = value.IsDefault || value.Length <= MostJitterBuffers
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(MoreJitterBuffers), value.Length, "At most 8 further jitter buffers can be emulated.");
    }

    /// <summary>Length of a counting interval, ms, 100 to 3,600,000. Default 10,000.</summary>
    public int IntervalMs
    {
        get => _intervalMs == 0 ? 10_000 : _intervalMs;
        init => _intervalMs = InRange(value, 100, 3_600_000, nameof(IntervalMs));
    }

    /// <summary>
    /// Intervals kept per stream, 2 to 1,000,000; later packets go to the last. Default 8,640 (a day).
    /// </summary>
    public int MaxIntervals
    {
        get => _maxIntervals == 0 ? 8_640 : _maxIntervals;
        init => _maxIntervals = InRange(value, 2, 1_000_000, nameof(MaxIntervals));
    }

    /// <summary>
    /// True to leave the jitter buffer anchored on the first packet for good: the textbook buffer, useful only as a
    /// reference. Default false.
    /// </summary>
    public bool NeverReAnchor { get; init; }

    /// <summary>
    /// True to leave the sender's clock skew in what the jitter buffers see, as it was before it was corrected. Default
    /// false.
    /// </summary>
    public bool WithoutSkewCorrection { get; init; }

    /// <summary>
    /// Whether both measure alike, the list of further buffers being the same one. Without comparers over these types:
    /// they would be compiled at every start.
    /// </summary>
    public bool Equals(MeterPolicy other) =>
        JitterBuffer == other.JitterBuffer
        && _jitterBufferMs == other._jitterBufferMs
        && _moreJitterBuffers == other._moreJitterBuffers
        && _intervalMs == other._intervalMs
        && _maxIntervals == other._maxIntervals
        && NeverReAnchor == other.NeverReAnchor
        && WithoutSkewCorrection == other.WithoutSkewCorrection;

    /// <summary>Hash of what makes them equal.</summary>
    public override int GetHashCode() =>
        HashCode.Combine(JitterBuffer, _jitterBufferMs, _intervalMs, _maxIntervals, NeverReAnchor, WithoutSkewCorrection);

    private static int InRange(int value, int lo, int hi, string name) =>
        value >= lo && value <= hi
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {lo} to {hi}.");
}
