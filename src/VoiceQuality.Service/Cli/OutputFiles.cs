namespace VoiceQuality.Service.Cli;

/// <summary>
/// Files that appear whole or not at all: each is written under a temporary name in its folder and gets its own name
/// in <see cref="Commit"/>. What is not committed is removed.
/// </summary>
internal sealed class OutputFiles(bool overwrite, Func<Stream> openStandardOutput) : IDisposable
{
    /// <summary>The name that means standard output.</summary>
    public const string StandardOutput = "-";

    private const int BufferLength = 1 << 16;

    private readonly List<(FileStream Stream, string TemporaryPath, string Path)> _files = [];
    private readonly List<Stream> _direct = [];

    /// <summary>Starts a file.</summary>
    /// <exception cref="CliException">It exists and must not be overwritten, or it cannot be created.</exception>
    public Stream Open(string path)
    {
        if (path == StandardOutput)
        {
            return Direct(new ResultStream(openStandardOutput()));
        }

        try
        {
            var full = Path.GetFullPath(path);
            if (full.StartsWith("/dev/", StringComparison.Ordinal))
            {
                // A device cannot be replaced by a file.
                return Direct(new FileStream(full, FileMode.Open, FileAccess.Write));
            }

            if (Directory.Exists(full))
            {
                throw new CliException($"{path} is a folder; give the name of a file.");
            }

            if (!overwrite && File.Exists(full))
            {
                throw new CliException($"{path} exists already; choose another name or add --force.");
            }

            var temporary = $"{full}.{Environment.ProcessId}.partial";
            var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, BufferLength);
            _files.Add((stream, temporary, full));

            return stream;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot write {path}: {exception.Message}");
        }
    }

    /// <summary>Gives every file its own name. None has it when one cannot be written to its end.</summary>
    public void Commit()
    {
        foreach (var stream in _direct)
        {
            stream.Flush();
        }

        foreach (var (stream, _, _) in _files)
        {
            stream.Dispose();
        }

        foreach (var (_, temporary, path) in _files)
        {
            File.Move(temporary, path, overwrite);
        }

        _files.Clear();
    }

    public void Dispose()
    {
        foreach (var (stream, temporary, _) in _files)
        {
            try
            {
                stream.Dispose();
            }
            catch (IOException)
            {
                // The disk is full, which the write before has said already; the file goes away.
            }

            File.Delete(temporary);
        }

        _files.Clear();
    }

    private Stream Direct(Stream stream)
    {
        _direct.Add(stream);

        return stream;
    }
}
