using VoiceQuality.Service.Reference;

namespace VoiceQuality.Service.Tests.Reference;

/// <summary>The example set of every kind.</summary>
internal static class ReferenceVectors
{
    public static string Folder { get; } = Find();

    public static byte[] Accounts => File.ReadAllBytes(Path.Combine(Folder, "accounts.json"));

    public static Dictionary<string, ReadOnlyMemory<byte>> Files() => Directory.GetFiles(Folder, "*.csv").ToDictionary(
        file => Path.GetFileNameWithoutExtension(file), file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file));

    public static void CopyTo(string folder)
    {
        foreach (var file in Directory.GetFiles(Folder, "*" + ReferenceImport.FileEnding))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var vectors = Path.Combine(folder.FullName, "tests", "vectors", "reference");
            if (Directory.Exists(vectors))
            {
                return vectors;
            }
        }

        throw new DirectoryNotFoundException("tests/vectors/reference is not above the test's own folder.");
    }
}
