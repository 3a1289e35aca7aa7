using System.Globalization;

namespace VoiceQuality.Service.Tests.Cli;

public class EModelCommandTests
{
    private const string Header =
        "id,policy,delay_class,SLR,RLR,STMR,LSTR,Ds,Dr,TELR,WEPL,T,Tr,Ta,qdu,Ie,Bpl,Ppl,BurstR,Nc,Nfor,Ps,Pr,A";

    private const string WidebandHeader = "id,model,TELR,WEPL,T,Tr,Ta,Ie,Bpl,Ppl,BurstR";

    [Fact]
    public async Task The_defaults_give_the_rating_of_clause_7_7()
    {
        var run = await CliRun.OfAsync(["emodel"]);

        // G.107 (06/2015) clause 7.7: R = 93.2.
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.StartsWith("93.2", Term(run, "R"), StringComparison.Ordinal);
        Assert.Equal("0.000000", Term(run, "Ie_eff"));
    }

    [Theory]
    [InlineData("--Ie 11 --Bpl 19 --Ppl 2", "Ie_eff", 19)] // 11 + 84 × 2 / (2 + 19)
    [InlineData("--Bpl 25.1 --Ppl 5 --BurstR 2", "Ie_eff", 17.210145)] // 95 × 5 / (5/2 + 25.1)
    [InlineData("--Ie 95 --policy extended", "Ie_eff", 95)]
    [InlineData("--model g107.1 --Ie 13", "Ie_eff", 13)]
    [InlineData("--model g107.2 --Ie 8 --Ta 100", "R", 140)] // 148 - 8; Idd is 0 to 100 ms
    [InlineData("--Nc -80", "A", 0)]
    public async Task A_single_value_is_given_by_its_symbol(string line, string term, double expected)
    {
        var run = await CliRun.OfAsync(["emodel", .. line.Split(' ')]);

        Assert.Equal(0, run.Status);
        Assert.Equal(expected, double.Parse(Term(run, term), CultureInfo.InvariantCulture), 1e-6);
    }

    [Theory]
    [InlineData("--Ppl 20.01", "--Ppl")]
    [InlineData("--Ppl nan", "--Ppl")]
    [InlineData("--Ppl three", "--Ppl")]
    [InlineData("--Ppl 1,5", "--Ppl")]
    [InlineData("--Ppl 101 --policy extended", "--Ppl")]
    [InlineData("--model g107.1 --SLR 8", "--SLR")]
    [InlineData("--csv - --Ie 1", "--Ie")]
    [InlineData("--csv /no/such/file.csv", "--csv")]
    public async Task A_value_that_cannot_be_used_is_named(string line, string because) =>
        (await CliRun.OfAsync(["emodel", .. line.Split(' ')])).AssertRefused(because);

    [Fact]
    public async Task A_row_of_csv_is_scored_with_six_decimals()
    {
        // Fullband has no echo terms, so
        // R = 148 - 8 = 140, R/1.48 = 94.594595 and MOS = 1 + 0.035 × 94.594595 + 94.594595 × 34.594595 × 5.405405 ×
        // 7e-6 = 1 + 3.310811 + 0.123823 = 4.434634.
        var run = await CliRun.OfAsync($"{WidebandHeader}\nx,fb,65,110,0,0,0,8,10,0,1\n", "emodel", "--csv", "-");

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal("id,expected,error_field,Ro,Is,Id,Ie_eff,R,MOS,MOS_clamped", run.Lines[0]);
        Assert.Equal("x,ok,,148.000000,0.000000,0.000000,8.000000,140.000000,4.434634,4.434634", run.Lines[1]);
    }

    [Fact]
    public async Task Columns_may_stand_in_any_order_and_others_are_ignored()
    {
        var run = await CliRun.OfAsync(
            "note,Bpl,Ie,BurstR,Ppl,Ta,Tr,T,WEPL,TELR\n\"a, \"\"b\"\"\",10,8,1,0,0,0,0,110,65\n",
            "emodel", "--csv", "-", "--model", "g107.2");

        // Without an id the row number stands for it.
        Assert.StartsWith("1,ok,,148.000000,0.000000,0.000000,8.000000,140.000000,", run.Lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Ppl", "nan")]
    [InlineData("Ppl", "")]
    [InlineData("Ppl", "three")]
    [InlineData("Ppl", "inf")]
    [InlineData("Ppl", "20.01")]
    [InlineData("SLR", "-0.1")]
    [InlineData("Nfor", "-inf")]
    [InlineData("qdu", "0")]
    [InlineData("policy", "lenient")]
    [InlineData("delay_class", "middling")]
    public async Task A_bad_value_makes_an_error_row_that_names_its_column_and_the_next_row_is_scored(
        string column, string value)
    {
        string[] good =
        [
            "7", "strict", "default", "8", "2", "15", "18", "3", "3", "65", "110", "0", "0", "0", "1", "0", "4.3", "0",
            "1", "-70", "-64", "35", "35", "0",
        ];
        var bad = good.ToArray();
        bad[Array.IndexOf(Header.Split(','), column)] = value;

        var run = await CliRun.OfAsync(
            $"{Header}\n{string.Join(',', bad)}\n{string.Join(',', good)}\n", "emodel", "--csv", "-");

        Assert.Equal(1, run.Status);
        Assert.Equal("voicequality: 1 of 2 rows are errors; error_field names the column.\n", run.Error);
        Assert.Equal($"7,error,{column},,,,,,,", run.Lines[1]);
        Assert.StartsWith("7,ok,,94.7688", run.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_ends_early_is_an_error_of_its_first_missing_column()
    {
        var run = await CliRun.OfAsync($"{WidebandHeader}\nx,fb,65,110\ny,wb,65,110,0,0,0,0,5,0,1\n", "emodel", "--csv", "-");

        Assert.Equal("x,error,T,,,,,,,", run.Lines[1]);
        Assert.StartsWith("y,ok,,129.000000,", run.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_of_a_model_that_needs_more_columns_or_that_nobody_knows_is_an_error()
    {
        var run = await CliRun.OfAsync(
            $"{WidebandHeader}\nx,nb,65,110,0,0,0,0,5,0,1\ny,hd,65,110,0,0,0,0,5,0,1\n", "emodel", "--csv", "-");

        Assert.Equal(["x,error,SLR,,,,,,,", "y,error,model,,,,,,,"], run.Lines.Skip(1));
    }

    [Fact]
    public async Task A_quote_that_nobody_closes_ends_with_its_row()
    {
        var run = await CliRun.OfAsync(
            $"{WidebandHeader}\n\"x,fb,65,110,0,0,0,8,10,0,1\ny,fb,65,110,0,0,0,8,10,0,1\n", "emodel", "--csv", "-");

        Assert.Equal(3, run.Lines.Count);
        Assert.StartsWith("y,ok,", run.Lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("id,Ie\n1,2\n", "'SLR'")]
    [InlineData("model,Ie\nwb,2\n", "'TELR'")]
    [InlineData("Ie,Ie\n1,2\n", "two columns")]
    public async Task A_header_that_lacks_a_column_is_wrong_usage(string csv, string because) =>
        (await CliRun.OfAsync(csv, "emodel", "--csv", "-")).AssertRefused(because);

    [Theory]
    [InlineData("vectors.csv")]
    [InlineData("vectors_wb.csv")]
    public async Task Reference_vectors_are_met_within_two_millionths(string name)
    {
        List<string> paths = [Path.Combine(AppContext.BaseDirectory, "vectors", "emodel", name)];
        if (Environment.GetEnvironmentVariable("VQ_SHARED") is { Length: > 0 } shared)
        {
            paths.Add(Path.Combine(shared, "vectors", name));
        }

        foreach (var path in paths)
        {
            await CompareAsync(path);
        }
    }

    private static async Task CompareAsync(string path)
    {
        var run = await CliRun.OfAsync(["emodel", "--csv", path]);
        var expected = Rows(await File.ReadAllLinesAsync(path));
        var actual = Rows(run.Lines);

        Assert.Equal(expected.Count, actual.Count);
        foreach (var (wanted, got) in expected.Zip(actual))
        {
            Assert.Equal(wanted["id"], got["id"]);
            Assert.Equal(wanted["expected"], got["expected"]);
            Assert.Equal(wanted.GetValueOrDefault("error_field", got["error_field"]), got["error_field"]);
            foreach (var term in new[] { "Ro", "Is", "Id", "Ie_eff", "R", "MOS", "MOS_clamped" }.Where(wanted.ContainsKey))
            {
                Assert.Equal(wanted[term].Length == 0, got[term].Length == 0);
                Assert.True(wanted[term].Length == 0 || Math.Abs(Number(wanted[term]) - Number(got[term])) <= 2e-6);
            }
        }
    }

    private static string Term(CliRun run, string name) =>
        run.Lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(words => words[0] == name)[1];

    private static List<Dictionary<string, string>> Rows(IReadOnlyList<string> lines)
    {
        var header = lines[0].Split(',');

        return lines.Skip(1).Select(line => header.Zip(line.Split(',')).ToDictionary(cell => cell.First, cell => cell.Second))
            .ToList();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
