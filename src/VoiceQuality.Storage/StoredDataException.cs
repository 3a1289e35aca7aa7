namespace VoiceQuality.Storage;

/// <summary>
/// A stored value cannot be read: damaged, written by a later version, or encrypted with another key.
/// </summary>
public sealed class StoredDataException : Exception
{
    /// <summary>Creates the exception.</summary>
    public StoredDataException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public StoredDataException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public StoredDataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
