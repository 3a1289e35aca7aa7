namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// The receiver's sequence number state of RFC 3550 A.1 with the loss of A.3, to the letter: what an endpoint would
/// report in RTCP. It restarts its counts at each resynchronization and counts duplicates as received; a monitor
/// uses <see cref="StreamMeter"/>.
/// </summary>
/// <remarks>
/// The RFC's C compares with <c>max_seq + 1</c> as an int, which costs one packet of probation at the wrap; here the
/// sum wraps.
/// </remarks>
public struct SequenceCounter
{
    private const int NoBadSequence = 1 << 16;

    private readonly int _minSequential;

    private bool _isStarted;
    private bool _isValid;
    private int _probation;
    private int _badSequence;
    private int _base;
    private ushort _max;
    private long _cycles;

    /// <summary>A counter before its first packet.</summary>
    /// <param name="minSequential">
    /// MIN_SEQUENTIAL: packets in sequence before a source is valid; 0 for a source known from signalling.
    /// </param>
    public SequenceCounter(int minSequential)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minSequential);

        _minSequential = minSequential;
        _badSequence = NoBadSequence;
    }

    /// <summary>Packets counted as received since the last resynchronization, duplicates too.</summary>
    public long Received { get; private set; }

    /// <summary>Restarts accepted.</summary>
    public long Resyncs { get; private set; }

    /// <summary>True once the source is out of probation.</summary>
    public readonly bool IsValid => _isValid;

    /// <summary>Sequence number of the first packet counted; null during probation.</summary>
    public readonly int? BaseSequence => _isValid ? _base : null;

    /// <summary>Highest extended sequence number; null during probation.</summary>
    public readonly long? ExtendedMax => _isValid ? _cycles + _max : null;

    /// <summary>Expected packets of A.3: extended_max - base_seq + 1; 0 during probation.</summary>
    public readonly long Expected => _isValid ? _cycles + _max - _base + 1 : 0;

    /// <summary>Cumulative number of packets lost; negative with duplicates.</summary>
    public readonly long Lost => Expected - Received;

    /// <summary><see cref="Lost"/> clamped to a signed 24-bit integer, as an RTCP report carries it.</summary>
    public readonly int Lost24Bit => (int)Math.Clamp(Lost, -0x80_0000, 0x7F_FFFF);

    /// <summary>Takes one packet in order of arrival; true when it is counted (update_seq of A.1).</summary>
    public bool Add(ushort sequenceNumber)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _max = unchecked((ushort)(sequenceNumber - 1));
            _probation = _minSequential;
        }

        if (!_isValid)
        {
            return AddInProbation(sequenceNumber);
        }

        var delta = unchecked((ushort)(sequenceNumber - _max));

        if (delta < StreamMeter.MaxDropout)
        {
            _cycles += sequenceNumber < _max ? 1 << 16 : 0;
            _max = sequenceNumber;
        }
        else if (delta <= (1 << 16) - StreamMeter.MaxMisorder)
        {
            if (sequenceNumber != _badSequence)
            {
                _badSequence = (sequenceNumber + 1) & 0xFFFF;
                return false;
            }

            Resyncs++;
            Begin(sequenceNumber);
        }

        Received++;
        return true;
    }

    private bool AddInProbation(ushort sequenceNumber)
    {
        if (_probation > 0)
        {
            var isNext = sequenceNumber == unchecked((ushort)(_max + 1));
            _max = sequenceNumber;
            _probation = isNext ? _probation - 1 : Math.Max(_minSequential - 1, 0);

            if (_probation > 0 || !isNext)
            {
                return false;
            }
        }

        _isValid = true;
        Begin(sequenceNumber);
        Received++;
        return true;
    }

    private void Begin(ushort sequenceNumber)
    {
        _base = sequenceNumber;
        _max = sequenceNumber;
        _cycles = 0;
        _badSequence = NoBadSequence;
        Received = 0;
    }
}
