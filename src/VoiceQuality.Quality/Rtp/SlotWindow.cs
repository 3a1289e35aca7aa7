using System.Runtime.CompilerServices;

namespace VoiceQuality.Quality.Rtp;

/// <summary>One octet of state for each sequence number in a stream's window, indexed modulo its length.</summary>
[InlineArray(StreamMeter.WindowPackets)]
internal struct SlotWindow
{
    private byte _first;
}
