namespace VoiceQuality.Service.Cli;

/// <summary>Files that administration imports.</summary>
internal static class ImportInput
{
    /// <summary>Octets of one document that are read at most: a million usage lines fit.</summary>
    private const long Limit = 256L * 1024 * 1024;

    /// <summary>The octets of a file, or one line that says why there are none.</summary>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > Limit })
            {
                throw new CliException($"{path} is larger than {Limit} octets; split it by month");
            }

            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot read {path}: {exception.Message}");
        }
    }
}
