using System.Buffers.Binary;
using System.Text.Json;

namespace VoiceQuality.Service.Tests.Cli;

public class GenerateCommandTests
{
    private static readonly string[] Small = ["generate", "--calls", "20", "--duration", "5", "--seed", "4"];

    [Fact]
    public async Task The_capture_and_its_truth_agree_on_every_sum()
    {
        using var folder = new TemporaryFolder();
        var run = await CliRun.OfAsync(
            [.. Small, "--preset", "mixed", "--out", folder.File("m.pcap"), "--truth", folder.File("m")]);

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(["m.calls.csv", "m.pcap", "m.streams.csv", "m.summary.json"], folder.Names);

        using var summary = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("m.summary.json")));
        var streams = await Csv(folder.File("m.streams.csv"));
        var calls = await Csv(folder.File("m.calls.csv"));
        long Sum(string column) => streams.Sum(row => long.Parse(row[column], null));
        long Total(string name) => summary.RootElement.GetProperty(name).GetInt64();

        Assert.Equal(RecordCount(await File.ReadAllBytesAsync(folder.File("m.pcap"))), Total("packets"));
        Assert.Equal(20, calls.Count);
        Assert.Equal(Total("streams"), streams.Count);
        Assert.Equal(Total("expected"), Sum("expected"));
        Assert.Equal(Total("lost"), Sum("lost"));
        Assert.Equal(Total("expected"), Sum("captured") + Sum("lost"));
        Assert.Equal(Total("rtpPackets"), Sum("captured") + Sum("duplicates"));
        Assert.Equal(Total("sipMessages"), calls.Sum(row => long.Parse(row["sip_messages"], null)));
        Assert.Equal(streams.Count, calls.Sum(row => int.Parse(row["streams"], null)));
    }

    [Fact]
    public async Task Standard_output_carries_the_same_octets_as_a_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var piped = await CliRun.OfAsync([.. Small, "--out", "-"]);
        await CliRun.OfAsync([.. Small, "--out", folder.File("a.pcap")]);

        Assert.Equal((0, "", ""), (piped.Status, piped.Output, piped.Error));
        Assert.Equal(await File.ReadAllBytesAsync(folder.File("a.pcap")), piped.Octets);
    }

    [Fact]
    public async Task A_file_that_exists_is_kept_unless_force_is_given()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("m.calls.csv"), "precious");
        string[] line = [.. Small, "--out", folder.File("m.pcap"), "--truth", folder.File("m")];

        var refused = await CliRun.OfAsync(line);

        refused.AssertRefused("--force");
        Assert.Equal(["m.calls.csv"], folder.Names);
        Assert.Equal("precious", await File.ReadAllTextAsync(folder.File("m.calls.csv")));

        Assert.Equal(0, (await CliRun.OfAsync([.. line, "--force"])).Status);
        Assert.StartsWith("call_id,", await File.ReadAllTextAsync(folder.File("m.calls.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_half_written_stays_when_the_truth_cannot_be_written()
    {
        using var folder = new TemporaryFolder();

        var run = await CliRun.OfAsync(
            [.. Small, "--out", folder.File("m.pcap"), "--truth", folder.File("no/such/folder/m")]);

        run.AssertRefused("cannot write");
        Assert.Empty(folder.Names);
    }

    [Fact]
    public async Task A_full_disk_is_one_line()
    {
        // The device that is always full; other systems have none.
        if (File.Exists("/dev/full"))
        {
            (await CliRun.OfAsync([.. Small, "--out", "/dev/full"])).AssertRefused("No space left");
        }
    }

    [Theory]
    [InlineData("--calls many", "--calls")]
    [InlineData("--calls 0", "calls must be")]
    [InlineData("--seed -1", "--seed")]
    [InlineData("--duration nan", "--duration")]
    [InlineData("--loss 0.5", "--loss")]
    [InlineData("--loss 2:0.1", "fraction")]
    [InlineData("--loss 1:1.5", "probabilities")]
    [InlineData("--burst 1:0.1:0", "burst")]
    [InlineData("--codecs AMR:1", "--codecs")]
    [InlineData("--telephone-events 1:9", "--telephone-events")]
    [InlineData("--start yesterday", "--start")]
    public async Task A_value_out_of_range_is_named_before_anything_is_written(string option, string because)
    {
        using var folder = new TemporaryFolder();

        (await CliRun.OfAsync(["generate", "--out", folder.File("m.pcap"), .. option.Split(' ')])).AssertRefused(because);
        Assert.Empty(folder.Names);
    }

    [Fact]
    public async Task Options_change_the_preset()
    {
        using var folder = new TemporaryFolder();
        var run = await CliRun.OfAsync(
        [
            .. Small, "--codecs", "G722,GSM:1", "--loss", "1:1", "--ipv6", "1", "--nanoseconds", "--rtcp", "0",
            "--out", folder.File("m.pcap"), "--truth", folder.File("m"),
        ]);
        var calls = await Csv(folder.File("m.calls.csv"));
        var capture = await File.ReadAllBytesAsync(folder.File("m.pcap"));

        // All RTP is lost and there is no RTCP: seven SIP messages a call are left.
        Assert.Equal(0, run.Status);
        Assert.Equal(140, RecordCount(capture));
        Assert.Equal("4D3CB2A1", Convert.ToHexString(capture.AsSpan(0, 4)));
        Assert.Equal(["G722", "GSM"], calls.Select(row => row["codec"]).Distinct().Order());
        Assert.All(calls, row => Assert.StartsWith("2001:2:", row["trunk"], StringComparison.Ordinal));
    }

    private static int RecordCount(byte[] capture)
    {
        var count = 0;
        for (var at = 24; at < capture.Length; count++)
        {
            at += 16 + BinaryPrimitives.ReadInt32LittleEndian(capture.AsSpan(at + 8));
        }

        return count;
    }

    private static async Task<List<Dictionary<string, string>>> Csv(string path)
    {
        var lines = await File.ReadAllLinesAsync(path);
        var header = lines[0].Split(',');

        return lines.Skip(1).Select(line =>
        {
            var cells = line.Split(',');
            Assert.Equal(header.Length, cells.Length);
            return header.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second);
        }).ToList();
    }
}
