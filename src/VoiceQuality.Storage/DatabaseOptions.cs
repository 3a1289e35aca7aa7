namespace VoiceQuality.Storage;

/// <summary>How a database is opened.</summary>
public sealed class DatabaseOptions
{
    /// <summary>Octets of <see cref="IdentityKey"/>: AES-256.</summary>
    public const int IdentityKeyLength = 32;

    /// <summary>How long a statement waits for another process's lock before it fails. 1 s to 5 min.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Key of 32 octets under which numbers, Call-IDs and header values are encrypted (AES-256-GCM) before they are
    /// stored; null stores them as they are. Rows written without a key stay readable with one.
    /// </summary>
    public byte[]? IdentityKey { get; set; }

    /// <summary>Clock that stamps migrations.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
