using System.Runtime.CompilerServices;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Rtp;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Pipeline;

/// <content>Packets that go on where their streams are, and those that more is to be done about.</content>
internal sealed partial class MediaLane
{
    /// <summary>
    /// Works on packets that no command lies between, some at a time: what each will need lies far away in memory, one
    /// thing behind the other, so all of them go one step together before any goes the next, and the processor waits
    /// for memory once a step and not for each packet.
    /// </summary>
    private void ProcessPackets(int from, int to, ReadOnlySpan<byte> octets)
    {
        while (from < to)
        {
            var count = Math.Min(to - from, AheadPackets);
            ProcessTogether(from, count, octets);
            from += count;
        }
    }

    // A method of its own, so that it is called often and soon compiled for this processor.
    private void ProcessTogether(int from, int count, ReadOnlySpan<byte> octets)
    {
        var packets = _batch.Packets.AsSpan(from, count);
        var places = _ahead.AsSpan(0, count);
        if (_flows.IsLarge)
        {
            for (var i = 0; i < packets.Length; i++)
            {
                _flows.Prefetch(packets[i].FlowHash);
            }
        }

        for (var i = 0; i < packets.Length; i++)
        {
            var place = _flows.Guess(packets[i].FlowHash);
            places[i] = place;
            if (place != FlowTable.None)
            {
                _flows.Runs.Prefetch(place);
                if (packets[i].AddressLength != sizeof(uint))
                {
                    CacheLines.PrefetchLine(in octets[packets[i].AddressOffset]);
                }
            }
        }

        var waiting = 0;
        for (var i = 0; i < packets.Length; i++)
        {
            if (!TakeSteady(places[i], packets[i], octets, out var isTaken))
            {
                _waiting[waiting++] = isTaken ? ~i : i;
                if (_directory.IsContested && !IsOfStream(places[i], packets[i], octets))
                {
                    // Whose a stream that begins is, other flows may decide by when they had their last packet.
                    ProcessWaiting(_waiting.AsSpan(0, waiting), from, octets);
                    waiting = 0;
                }
            }
        }

        if (waiting > 0)
        {
            ProcessWaiting(_waiting.AsSpan(0, waiting), from, octets);
        }
    }

    /// <summary>
    /// Takes a packet that goes on where the stream of its flow is. Of a flow that has a packet waiting, all others
    /// wait behind it.
    /// </summary>
    /// <returns>False when more is to be done about it; when it was not taken, all of it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TakeSteady(int place, in MediaPacket packet, ReadOnlySpan<byte> octets, out bool isTaken)
    {
        isTaken = false;
        if (place == FlowTable.None || !IsOf(place, packet, octets))
        {
            return false;
        }

        ref var run = ref _flows.Runs[place];
        isTaken = run.TryAdd(packet);
        if (isTaken && !run.IsFull)
        {
            _counters.RtpPackets++;
            return true;
        }

        run.Hold();
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsOf(int place, in MediaPacket packet, ReadOnlySpan<byte> octets) =>
        _flows.Runs[place].MayHave(packet)
        && (packet.AddressLength == sizeof(uint) || _flows[place]!.Matches(packet, octets));

    private bool IsOfStream(int place, in MediaPacket packet, ReadOnlySpan<byte> octets) =>
        place != FlowTable.None && IsOf(place, packet, octets) && _flows.Runs[place].IsOfStream(packet);

    /// <summary>
    /// Works in their order on the few packets that more is to be done about, with the memory of all asked for before.
    /// Of those that were taken already the index is given by its complement.
    /// </summary>
    private void ProcessWaiting(ReadOnlySpan<int> waiting, int from, ReadOnlySpan<byte> octets)
    {
        var streams = _aheadStreams.AsSpan(0, waiting.Length);
        foreach (var item in waiting)
        {
            var index = item < 0 ? ~item : item;
            var place = _ahead[index];
            if (place != FlowTable.None)
            {
                _flows.Runs[place].Release();
                _flows[place]!.Prefetch();
                ref readonly var packet = ref _batch.Packets[from + index];
                CacheLines.Prefetch(in octets[packet.PayloadOffset], packet.PayloadLength);
            }
        }

        for (var i = 0; i < waiting.Length; i++)
        {
            var place = _ahead[waiting[i] < 0 ? ~waiting[i] : waiting[i]];
            streams[i] = place == FlowTable.None ? null : _flows[place]!.Current;
            streams[i]?.Prefetch();
        }

        foreach (var stream in streams)
        {
            stream?.PrefetchCounters();
        }

        foreach (var item in waiting)
        {
            var index = item < 0 ? ~item : item;
            var place = _ahead[index];
            ref readonly var packet = ref _batch.Packets[from + index];
            if (item < 0
                || (place != FlowTable.None && IsOf(place, packet, octets) && _flows.Runs[place].TryAdd(packet)))
            {
                _counters.RtpPackets++;
                if (_flows.Runs[place].IsFull)
                {
                    CountSteady(_flows[place]!.Current!, packet, octets);
                }
            }
            else
            {
                ProcessPacket(from + index, octets);
            }
        }
    }

    private static void CountSteady(StreamState stream, in MediaPacket packet, ReadOnlySpan<byte> octets)
    {
        if (RtpPacket.TryParse(
            octets.Slice(packet.PayloadOffset, packet.PayloadLength), packet.WirePayloadLength, out var rtp, out _))
        {
            stream.CountSteady(rtp);
        }
    }
}
