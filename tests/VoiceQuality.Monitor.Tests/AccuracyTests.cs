using VoiceQuality.Testing.Accuracy;

namespace VoiceQuality.Monitor.Tests;

public sealed class AccuracyTests
{
    public static TheoryData<int> Rows
    {
        get
        {
            var rows = new TheoryData<int>();
            for (var i = 0; i < ImpairedPath.Singles.Count + ImpairedPath.Pairs.Count; i++)
            {
                rows.Add(i);
            }

            return rows;
        }
    }

    [Fact]
    public void The_page_is_what_the_command_makes()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "VoiceQuality.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        var page = File.ReadAllText(Path.Combine(folder, "docs", "ACCURACY.md"));

        Assert.Equal(page, AccuracyTable.Write(AccuracyTable.Measure()));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_count_is_exact_and_MOS_within_a_hundredth(int index)
    {
        var path = ImpairedPath.Singles.Concat(ImpairedPath.Pairs).ElementAt(index);

        var row = AccuracyRow.Of(path);

        Assert.True(row.Differences.Count == 0, $"{path.Name}: {string.Join("; ", row.Differences)}");
    }
}
