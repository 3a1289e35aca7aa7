using System.Globalization;
using System.Text.Json;

namespace VoiceQuality.Quality.Tests;

/// <summary>
/// Reads the reference vectors that lie beside the tests and, when VQ_SHARED names a folder with a newer or larger set,
/// those too.
/// </summary>
internal static class EModelVectors
{
    public static IEnumerable<IReadOnlyDictionary<string, string>> Csv(string file)
    {
        foreach (var path in Paths(file))
        {
            using var lines = File.ReadLines(path).GetEnumerator();
            Assert.True(lines.MoveNext());
            var header = lines.Current.Split(',');

            while (lines.MoveNext())
            {
                var cells = lines.Current.Split(',');
                yield return header.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second);
            }
        }
    }

    public static IEnumerable<JsonElement> Cases(string file) =>
        Paths(file).SelectMany(path => JsonDocument.Parse(File.ReadAllText(path)).RootElement
            .GetProperty("cases").EnumerateArray());

    /// <summary>A number as the vectors write it; empty stands for a missing value.</summary>
    public static double Number(this IReadOnlyDictionary<string, string> row, string column) => row[column] switch
    {
        "" or "nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        var text => double.Parse(text, CultureInfo.InvariantCulture),
    };

    public static void AssertClose(double expected, double actual, string what, double tolerance = 2e-6) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what}: expected {expected}, got {actual}");

    private static IEnumerable<string> Paths(string file)
    {
        yield return Path.Combine(AppContext.BaseDirectory, "vectors", "emodel", file);

        var shared = Environment.GetEnvironmentVariable("VQ_SHARED");

        if (!string.IsNullOrEmpty(shared) && Path.Combine(shared, "vectors", file) is var path && File.Exists(path))
        {
            yield return path;
        }
    }
}
