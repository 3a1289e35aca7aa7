namespace VoiceQuality.Monitor.Streams;

/// <summary>Sequence numbers that follow one another; it may wrap.</summary>
/// <param name="First">The first number.</param>
/// <param name="Last">The last number; the first again for a single one.</param>
public readonly record struct NumberRun(ushort First, ushort Last)
{
    /// <summary>How many numbers, 1 to 65,536.</summary>
    public int Count => unchecked((ushort)(Last - First)) + 1;
}

/// <summary>
/// Which sequence numbers of a stream never came, to hold against what a sender, a receiver or another tap says. It is
/// told what the meter says of each packet that is not the next one, so it costs a stream without loss nothing.
/// </summary>
internal sealed class LostNumbers
{
    /// <summary>Runs of one stream; with more of them nothing is said.</summary>
    public const int MaxRuns = 16_384;

    // Packets after a far jump that may agree with it (StreamMeter): the two lie so close to one another.
    private const int RestartTolerance = 16;

    private readonly List<NumberRun> _runs = [];
    private ushort _lowest;
    private ushort? _stray;
    private bool _isFull;

    /// <summary>The stream begins, or its sender does again.</summary>
    public void Begin(ushort number)
    {
        var stray = _stray;
        _stray = null;
        _lowest = number;
        if (stray is { } first && Distance(first, number) is var distance
            && distance is >= -RestartTolerance and <= RestartTolerance and not 0)
        {
            _lowest = distance > 0 ? first : number;
            Skip(_lowest, distance > 0 ? number : first);
        }
    }

    /// <summary>A packet far outside the sequence, which may turn out to belong to the stream.</summary>
    public void Stray(ushort number) => _stray = number;

    /// <summary>Numbers between two that came.</summary>
    public void Skip(ushort before, ushort after)
    {
        if (Distance(before, after) is var distance && (distance > 1 || distance < 0))
        {
            Add(new NumberRun(unchecked((ushort)(before + 1)), unchecked((ushort)(after - 1))));
        }

        if (_stray is { } stray)
        {
            _stray = null;
            Take(stray);
        }
    }

    /// <summary>A number came late.</summary>
    public void Come(ushort number)
    {
        if (Distance(number, _lowest) > 0 && !Take(number))
        {
            Skip(number, _lowest);
            _lowest = number;
        }
        else
        {
            Take(number);
        }
    }

    /// <summary>The numbers that never came, in order.</summary>
    /// <param name="lost">How many the meter counts.</param>
    /// <returns>Null when they are not known: there are too many, or they are not those that were counted.</returns>
    public IReadOnlyList<NumberRun>? ToRuns(long lost) =>
        !_isFull && _runs.Sum(static run => (long)run.Count) == lost ? [.. _runs] : null;

    private static short Distance(ushort from, ushort to) => unchecked((short)(to - from));

    private void Add(NumberRun run)
    {
        if (_runs.Count == MaxRuns)
        {
            _isFull = true;
            return;
        }

        // Only a packet from before the first one opens a gap ahead of others.
        var at = _runs.Count;
        while (at > 0 && at > _runs.Count - RestartTolerance && Distance(_runs[at - 1].First, run.First) is < 0 and > -128)
        {
            at--;
        }

        _runs.Insert(at, run);
    }

    private bool Take(ushort number)
    {
        for (var i = _runs.Count - 1; i >= 0; i--)
        {
            var (first, last) = _runs[i];
            if (unchecked((ushort)(number - first)) > unchecked((ushort)(last - first)))
            {
                continue;
            }

            _runs.RemoveAt(i);
            if (number != last)
            {
                _runs.Insert(i, new NumberRun(unchecked((ushort)(number + 1)), last));
            }

            if (number != first)
            {
                _runs.Insert(i, new NumberRun(first, unchecked((ushort)(number - 1))));
            }

            return true;
        }

        return false;
    }
}
