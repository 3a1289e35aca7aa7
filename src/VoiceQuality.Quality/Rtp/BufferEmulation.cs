namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// One more jitter buffer that listens to a stream. The meter tells it what arrives and, in sequence order, what was
/// expected; it counts what would have been too late.
/// </summary>
internal sealed class BufferEmulation
{
    private readonly JitterBufferModel _model;

    private FixedJitterBuffer _fixed;
    private AdaptiveJitterBuffer? _adaptive;
    private SlotWindow _late;
    private bool _isInBadRun;
    private long _earlyDiscarded;
    private long _earlyBadRuns;
    private long _discarded;
    private long _badRuns;

    private BufferEmulation(JitterBufferModel model, bool reAnchors)
    {
        _model = model;
        _adaptive = model.Kind == JitterBufferKind.Adaptive ? new AdaptiveJitterBuffer(model.DepthMs) : null;
        _fixed = new FixedJitterBuffer(model.DepthMs, reAnchors);
    }

    /// <summary>What was counted so far.</summary>
    public EmulationCounters Counters =>
        new(_model, _discarded + _earlyDiscarded, _badRuns + _earlyBadRuns, _discarded, _badRuns);

    /// <summary>The emulations that a policy asks for; null for none.</summary>
    public static BufferEmulation[]? CreateAll(in MeterPolicy policy)
    {
        var models = policy.MoreJitterBuffers;

        if (models.IsEmpty)
        {
            return null;
        }

        var emulations = new BufferEmulation[models.Length];

        for (var i = 0; i < emulations.Length; i++)
        {
            emulations[i] = new BufferEmulation(models[i], !policy.NeverReAnchor);
        }

        return emulations;
    }

    /// <summary>A copy that goes on by itself.</summary>
    public BufferEmulation Clone()
    {
        var clone = (BufferEmulation)MemberwiseClone();
        clone._adaptive = _adaptive?.Clone();
        return clone;
    }

    /// <summary>Takes a distinct packet as it arrives.</summary>
    /// <param name="arrival">The packet.</param>
    /// <param name="extended">Its extended sequence number.</param>
    /// <param name="tail">The first number whose fate is open.</param>
    public void Receive(in RtpArrival arrival, long extended, long tail)
    {
        var isLate = false;

        if (arrival.Kind == RtpPacketKind.Audio)
        {
            var previous = _adaptive?.LastExtended ?? _fixed.LastExtended;
            isLate = IsLate(arrival, extended, out var lastWasInTime);

            if (lastWasInTime && previous >= tail)
            {
                _late.Set(previous, SlotState.InTime);
            }
        }

        if (arrival.Kind == RtpPacketKind.ComfortNoise || (arrival.Kind == RtpPacketKind.Audio && arrival.EndsTalkspurt))
        {
            _fixed.NoteSilence();
        }

        _late.Set(extended, isLate ? SlotState.Late : SlotState.InTime);
    }

    /// <summary>Whether a number that was received and whose fate is open is too late.</summary>
    public bool IsLate(long extended) => _late.Get(extended) == SlotState.Late;

    /// <summary>
    /// A number that was missing was sent again: it is late when this buffer would have played it before.
    /// </summary>
    public void Recover(in RtpArrival arrival, long extended)
    {
        var isLate = _adaptive?.WouldBeLate(arrival) ?? _fixed.WouldBeLate(arrival);
        _late.Set(extended, isLate ? SlotState.Late : SlotState.InTime);
    }

    /// <summary>Counts the next sequence number.</summary>
    /// <param name="extended">The number.</param>
    /// <param name="isMissing">Whether it never arrived.</param>
    /// <param name="isEarly">Whether it is early media.</param>
    public void Count(long extended, bool isMissing, bool isEarly)
    {
        var isLate = !isMissing && _late.Get(extended) == SlotState.Late;
        NoteRun(isMissing || isLate, isEarly);

        if (isLate)
        {
            _ = isEarly ? _earlyDiscarded++ : _discarded++;
        }
    }

    /// <summary>Counts numbers that never arrived.</summary>
    public void CountMissing(bool isEarly) => NoteRun(isBad: true, isEarly);

    /// <summary>The sender restarted: what comes next is not beside what was.</summary>
    public void Restart()
    {
        _isInBadRun = false;
        _fixed.Restart();
        _adaptive?.Reset();
    }

    /// <summary>The sender's clock runs off by so much; see <see cref="FixedJitterBuffer.CorrectSkew"/>.</summary>
    public void CorrectSkew(double ppm, bool isFirst)
    {
        _fixed.CorrectSkew(ppm, isFirst);
        _adaptive?.CorrectSkew(ppm);
    }

    /// <summary>What was counted so far was early media.</summary>
    public void Cut()
    {
        _earlyDiscarded += _discarded;
        _earlyBadRuns += _badRuns;
        _discarded = 0;
        _badRuns = 0;
    }

    private void NoteRun(bool isBad, bool isEarly)
    {
        if (isBad && !_isInBadRun)
        {
            _ = isEarly ? _earlyBadRuns++ : _badRuns++;
        }

        _isInBadRun = isBad;
    }

    private bool IsLate(in RtpArrival arrival, long extended, out bool lastWasInTime) => _adaptive is null
        ? _fixed.IsLate(
            arrival.ArrivalNs, arrival.Timestamp, extended, arrival.Marker, arrival.ClockRateHz, out lastWasInTime)
        : _adaptive.IsLate(
            arrival.ArrivalNs, arrival.Timestamp, extended, arrival.Marker, arrival.ClockRateHz, out lastWasInTime);
}
