namespace VoiceQuality.Service.Tests.Cli;

internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Directory = System.IO.Directory.CreateTempSubdirectory("voicequality-cli-").FullName;

    public string Directory { get; }

    public IEnumerable<string> Names =>
        System.IO.Directory.GetFileSystemEntries(Directory).Select(path => Path.GetFileName(path)).Order();

    public string File(string name) => Path.Combine(Directory, name);

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
