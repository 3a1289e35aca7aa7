using Microsoft.Extensions.DependencyInjection;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Storage;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Hosting;

/// <summary>
/// A capture that was cut into files ends in the same rows as the whole one, however the files arrive.
/// </summary>
public sealed class RotatedCaptureTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(200);

    /// <summary>
    /// Where the capture is cut, seconds: three of the five calls go over one of these, one over both.
    /// </summary>
    private static readonly double[] Cuts = [30, 60];

    private readonly string _folder = Directory.CreateTempSubdirectory("voicequality-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_that_are_there_together_are_one_capture()
    {
        var expected = await WholeAsync();
        var actual = await RunAsync("together", [["0", "1", "2"]]);

        Assert.Equal(expected, actual);
        Assert.Equal(5, actual.Count(static row => row.StartsWith("call ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Files_that_come_one_by_one_are_one_capture() =>
        Assert.Equal(await WholeAsync(), await RunAsync("single", [["0"], ["1"], ["2"]]));

    [Fact]
    public async Task A_restart_between_the_files_loses_and_doubles_nothing() =>
        Assert.Equal(await WholeAsync(), await RunAsync("restart", [["0"], ["1"], ["2"]], restarts: true));

    [Fact]
    public async Task Names_with_a_number_behind_them_are_one_rotation() => Assert.Equal(
        await WholeAsync(),
        await RunAsync("behind", [["0"], ["1", "2"]], name: static part => part == "0" ? "x.pcap" : $"x.pcap{part}"));

    [Theory]
    [InlineData("0 2 1")]
    [InlineData("1 2 0")]
    [InlineData("2 1 0")]
    [InlineData("1 0 2")]
    public async Task A_file_that_comes_late_takes_its_place(string order)
    {
        var expected = await WholeAsync();
        string[][] polls = [.. order.Split(' ').Select(static part => new[] { part })];

        Assert.Equal(expected, await RunAsync("late", polls));
        Assert.Equal(expected, await RunAsync("late-restart", polls, restarts: true));
    }

    [Fact]
    public async Task What_one_part_says_is_shown_until_the_next_part_comes()
    {
        var first = await RunAsync("part", [["0"]]);

        // Three calls began before 30 s; two of them go on, and their first part is stored as it stands.
        Assert.Equal(3, first.Count(static row => row.StartsWith("call ", StringComparison.Ordinal)));
        Assert.Equal(2, first.Count(static row =>
            row.StartsWith("call ", StringComparison.Ordinal) && row.EndsWith("ended=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_grows_after_it_was_read_is_read_again_and_measured_once()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "growing")).FullName;
        var database = await Database.OpenAsync(Path.Combine(folder, "test.db"), CancellationToken.None);
        var time = new ManualTime(Now);
        var frames = CutCapture.Traffic().Frames;
        var path = Path.Combine(folder, "edge-1.pcap");
        await File.WriteAllBytesAsync(path, CutCapture.Pcap(frames.Where(static frame => frame.AtNs < Wire.Us(30) * 1_000)));
        await using (var service = await StartAsync(folder, database, time))
        {
            await UntilIdleAsync(service);
            await File.WriteAllBytesAsync(path, CutCapture.Pcap(frames));
            await PollAsync(service, time);
        }

        await database.DisposeAsync();
        Assert.Equal(await WholeAsync(), CutCapture.Rows(Path.Combine(folder, "test.db")));
    }

    [Fact]
    public async Task Two_captures_of_the_same_time_are_not_one()
    {
        // The same names but for the first number, and 10 s apart: the second begins in the middle of the first.
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "two")).FullName;
        var database = await Database.OpenAsync(Path.Combine(folder, "test.db"), CancellationToken.None);
        var frames = CutCapture.Traffic().Frames;
        var other = new Wire();
        new RtpScript(other, "198.18.7.1:9000", "198.18.7.2:9000").Send(3_000, at: 10);
        await File.WriteAllBytesAsync(Path.Combine(folder, "sbc1-1.pcap"), CutCapture.Pcap(frames));
        await File.WriteAllBytesAsync(Path.Combine(folder, "sbc2-1.pcap"), CutCapture.Pcap(other.Frames));
        await using (var service = await StartAsync(folder, database, new ManualTime(Now)))
        {
            await UntilIdleAsync(service);
        }

        await database.DisposeAsync();
        var rows = CutCapture.Rows(Path.Combine(folder, "test.db"));
        Assert.Equal((await WholeAsync()).Length + 1, rows.Length);
        Assert.Contains(rows, static row => row.StartsWith("stream ", StringComparison.Ordinal)
            && row.Contains("received=3000", StringComparison.Ordinal));
    }

    private static byte[] Part(int part)
    {
        var (from, to) = (part == 0 ? 0 : Cuts[part - 1], part == Cuts.Length ? 1_000 : Cuts[part]);
        return CutCapture.Pcap(CutCapture.Traffic().Frames.Where(frame =>
            frame.AtNs >= Wire.Us(from) * 1_000 && frame.AtNs < Wire.Us(to) * 1_000));
    }

    private Task<string[]> WholeAsync() => RunAsync("whole-" + Guid.NewGuid().ToString("N"), [["whole"]]);

    /// <summary>
    /// Lets files appear, those of one look of the service together, and gives what is stored in the end.
    /// </summary>
    private async Task<string[]> RunAsync(
        string test, string[][] polls, bool restarts = false, Func<string, string>? name = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, test)).FullName;
        var database = await Database.OpenAsync(Path.Combine(folder, "test.db"), CancellationToken.None);
        var time = new ManualTime(Now);
        RunningService? service = null;
        foreach (var poll in polls)
        {
            foreach (var part in poll)
            {
                var octets = part == "whole"
                    ? CutCapture.Pcap(CutCapture.Traffic().Frames)
                    : Part(int.Parse(part, System.Globalization.CultureInfo.InvariantCulture));
                await File.WriteAllBytesAsync(
                    Path.Combine(folder, name?.Invoke(part) ?? $"edge-2026010508000{part}.pcap"), octets);
            }

            if (service is null)
            {
                service = await StartAsync(folder, database, time);
                await UntilIdleAsync(service);
            }
            else
            {
                await PollAsync(service, time);
            }

            if (restarts)
            {
                await service.DisposeAsync();
                service = null;
            }
        }

        if (service is not null)
        {
            await service.DisposeAsync();
        }

        await database.DisposeAsync();
        return CutCapture.Rows(Path.Combine(folder, "test.db"));
    }

    private static Task<RunningService> StartAsync(string folder, Database database, ManualTime time) =>
        RunningService.StartAsync(
            time,
            demo: null,
            settings => settings with
            {
                Sources = new SourceOptions { WatchedFolder = new WatchedFolderOptions { Path = folder } },
            },
            database);

    private static async Task UntilIdleAsync(RunningService service)
    {
        var progress = service.App.Services.GetRequiredService<SourceProgress>();

        while (progress.Current.State != "idle")
        {
            await Task.Yield();
        }
    }

    private static async Task PollAsync(RunningService service, ManualTime time)
    {
        service.App.Services.GetRequiredService<SourceProgress>()
            .Set("starting", null, "a test waits for the next look");
        time.Advance(TimeSpan.FromSeconds(2));
        await UntilIdleAsync(service);
    }
}
