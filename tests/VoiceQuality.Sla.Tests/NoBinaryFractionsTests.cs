using System.Text.RegularExpressions;

namespace VoiceQuality.Sla.Tests;

public class NoBinaryFractionsTests
{
    [Fact]
    public void No_rule_of_the_contract_uses_a_binary_fraction()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(root.FullName, "src", "VoiceQuality.Sla")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("src/VoiceQuality.Sla");
        }

        var sources = Directory
            .EnumerateFiles(Path.Combine(root.FullName, "src", "VoiceQuality.Sla"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
                StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(sources);

        // Members of NodaTime and the BCL that answer with a double count as well.
        var suspect = new Regex(@"\b(double|float|Half|TotalHours|TotalDays|TotalSeconds|GetDouble|GetSingle)\b");
        Assert.All(sources, path => Assert.DoesNotContain(
            File.ReadLines(path).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)),
            line => suspect.IsMatch(line)));
    }
}
