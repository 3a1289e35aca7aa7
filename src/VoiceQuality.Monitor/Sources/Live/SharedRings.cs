namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// The rings of one interface, one for each of its readers. They are opened together, or the first would get
/// everything until the others are there.
/// </summary>
/// <param name="name">The interface.</param>
/// <param name="options">How it is captured.</param>
internal sealed class SharedRings(string name, LiveCaptureOptions options) : IDisposable
{
    private readonly Lock _gate = new();

    // Opened with another reader's ring, and not asked for yet.
    private readonly PacketRing?[] _waiting = new PacketRing?[options.Readers];

    /// <summary>The ring of one reader, of the interface as it is now.</summary>
    /// <exception cref="LiveCaptureException">It cannot be captured; the message says what to do.</exception>
    public PacketRing Take(int reader)
    {
        lock (_gate)
        {
            if (_waiting[reader] is not { } ring || ring.InterfaceIndex != PacketSocket.InterfaceIndex(name))
            {
                Dispose();
                PacketRing.Open(name, options).CopyTo(_waiting, 0);
                ring = _waiting[reader]!;
            }

            _waiting[reader] = null;
            return ring;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            for (var i = 0; i < _waiting.Length; i++)
            {
                _waiting[i]?.Dispose();
                _waiting[i] = null;
            }
        }
    }
}
