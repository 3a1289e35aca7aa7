namespace VoiceQuality.Quality.Rtp;

/// <content>What is sent again (RFC 4588) takes the place of a number that the network lost.</content>
public sealed partial class StreamMeter
{
    /// <summary>
    /// A missing number was sent again. Before its play time it is received, neither timed nor late; afterwards it
    /// stays lost, because nobody played it.
    /// </summary>
    /// <param name="arrival">The original number and timestamp, and when it came.</param>
    /// <returns>True when it is lost no longer.</returns>
    public bool Recover(in RtpArrival arrival)
    {
        if (!_isStarted || _isFinished)
        {
            return false;
        }

        var distance = unchecked((short)(arrival.SequenceNumber - (ushort)_highest));
        var extended = _highest + distance;

        if (distance is >= 0 or <= -MaxMisorder || extended < _tail || _slots.Get(extended) != SlotState.Missing
            || (_adaptive?.WouldBeLate(arrival) ?? _buffer.WouldBeLate(arrival)))
        {
            return false;
        }

        _intervals.Open.Reordered++;
        _slots.Set(extended, SlotState.InTime);

        foreach (var emulation in _emulations ?? [])
        {
            emulation.Recover(arrival, extended);
        }

        return true;
    }
}
