using System.Text.RegularExpressions;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Pages;

namespace VoiceQuality.Service.Tests.Rescoring;

public class UnscoredReasonTests
{
    private static readonly UnscoredReason[] Reasons =
        [.. Enum.GetValues<UnscoredReason>().Where(static reason => reason != UnscoredReason.None)];

    [Fact]
    public void Every_reason_has_a_name_outside_the_program_that_reads_back()
    {
        Assert.Null(UnscoredReason.None.ToWireName());
        foreach (var reason in Reasons)
        {
            Assert.Matches("^[a-z][A-Za-z]+$", reason.ToWireName());
            Assert.True(UnscoredReasonNames.TryParse(reason.ToWireName(), out var read));
            Assert.Equal(reason, read);
        }
    }

    [Fact]
    public void Every_reason_has_words_of_its_own_on_the_pages()
    {
        var words = Reasons.Select(static reason => Words.Of(reason)).ToList();

        Assert.Equal(Reasons.Length, words.Distinct().Count());
        Assert.All(Reasons, static reason => Assert.NotEqual(reason.ToWireName(), Words.Of(reason)));
        Assert.All(words, static text => Assert.Contains(' ', text));
    }

    [Fact]
    public async Task The_documented_list_is_the_enumeration()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "VoiceQuality.sln")))
        {
            folder = folder.Parent;
        }

        var text = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "docs", "STANDARDS.md"));
        var section = Regex.Match(text, "### Why a stream or call is unscored\n(.*?)\n#", RegexOptions.Singleline);
        var documented = Regex.Matches(section.Groups[1].Value, "^\\| `([A-Za-z]+)` \\|", RegexOptions.Multiline)
            .Select(static match => match.Groups[1].Value).ToList();

        Assert.Equal(Reasons.Select(static reason => reason.ToWireName()), documented);
    }
}
