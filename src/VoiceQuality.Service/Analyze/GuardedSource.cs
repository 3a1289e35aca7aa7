using VoiceQuality.Monitor.Sources;

namespace VoiceQuality.Service.Analyze;

/// <summary>
/// Ends a source at its first reading error and keeps the error, so that it is not taken for one of the output.
/// </summary>
internal sealed class GuardedSource(IPacketSource source) : IPacketSource
{
    /// <inheritdoc/>
    public string Name => source.Name;

    /// <summary>Why the source ended before its time; null when it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block)
    {
        try
        {
            return source.TryFill(block);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure = exception;
            block.RecordCount = 0;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
