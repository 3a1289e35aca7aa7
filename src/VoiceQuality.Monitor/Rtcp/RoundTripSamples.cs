namespace VoiceQuality.Monitor.Rtcp;

/// <summary>Round trips of one path, for their median. Of many, every 2nd, 4th, 8th is kept.</summary>
internal struct RoundTripSamples
{
    /// <summary>Samples that are kept: 5 minutes of reports every 5 s, and every other one beyond.</summary>
    public const int Capacity = 64;

    /// <summary>A round trip of this or more is none: the report speaks of another SR, or a clock was set.</summary>
    public const long LimitUs = 10_000_000;

    private int[]? _samplesUs;
    private int _kept;
    private int _stride;
    private int _untilNext;

    /// <summary>Round trips that were measured, kept or not.</summary>
    public int Count { get; private set; }

    /// <summary>The median, µs; of an even number the mean of the two in the middle; null without any.</summary>
    public readonly long? MedianUs
    {
        get
        {
            if (_kept == 0)
            {
                return null;
            }

            var sorted = _samplesUs.AsSpan(0, _kept).ToArray();
            Array.Sort(sorted);
            var middle = _kept / 2;
            return _kept % 2 == 1 ? sorted[middle] : ((long)sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// <summary>Notes a round trip; one of 0 or less, or of 10 s or more, is discarded.</summary>
    public void Add(long us)
    {
        if (us is <= 0 or >= LimitUs)
        {
            return;
        }

        Count++;
        if (_untilNext > 0)
        {
            _untilNext--;
            return;
        }

        if (_kept == Capacity)
        {
            // Every other one goes, so what is kept stays spread over the whole call.
            for (var i = 0; i < Capacity / 2; i++)
            {
                _samplesUs![i] = _samplesUs[i * 2];
            }

            _kept = Capacity / 2;
            _stride = _stride == 0 ? 2 : _stride * 2;
        }

        if (_samplesUs is null || _kept == _samplesUs.Length)
        {
            Array.Resize(ref _samplesUs, Math.Max(4, _kept * 2));
        }

        _samplesUs[_kept++] = (int)us;
        _untilNext = Math.Max(0, _stride - 1);
    }
}
