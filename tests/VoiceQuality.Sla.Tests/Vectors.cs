namespace VoiceQuality.Sla.Tests;

internal static class Vectors
{
    public static byte[] Read(params string[] path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var vectors = Path.Combine([folder.FullName, "tests", "vectors"]);
            if (Directory.Exists(vectors))
            {
                return File.ReadAllBytes(Path.Combine([vectors, .. path]));
            }
        }

        throw new DirectoryNotFoundException("tests/vectors is not above the test's own folder.");
    }
}
