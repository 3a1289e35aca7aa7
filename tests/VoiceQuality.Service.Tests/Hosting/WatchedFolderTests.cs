using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Protocols.Pcap;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Sources;

namespace VoiceQuality.Service.Tests.Hosting;

public sealed class WatchedFolderTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(200);

    private readonly string _folder = Directory.CreateTempSubdirectory("voicequality-test-").FullName;
    private readonly ManualTime _time = new(Now);
    private Database _database = null!;

    public async Task InitializeAsync() =>
        _database = await Database.OpenAsync(Path.Combine(_folder, "test.db"), CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_file_is_read_once_also_after_a_restart_and_under_another_name()
    {
        await WriteCaptureAsync("a.pcap");

        await using (var service = await StartAsync())
        {
            await UntilIdleAsync(service);
            Assert.Contains("voicequality_source_files_total{outcome=\"read\"} 1", await service.GetAsync("/metrics"));
        }

        File.Move(Path.Combine(_folder, "a.pcap"), Path.Combine(_folder, "b.pcap"));

        await using (var service = await StartAsync())
        {
            await UntilIdleAsync(service);
            Assert.Contains("voicequality_source_files_total{outcome=\"known\"} 1", await service.GetAsync("/metrics"));
        }

        var source = Assert.Single(await new SourceRepository(_database).ListAsync(10, CancellationToken.None));
        Assert.Equal(("a.pcap", 3L), (source.Name, source.Calls));

        var month = Assert.Single(await new MonthQueries(_database).ListMonthsAsync(CancellationToken.None));
        var unit = Assert.Single(await new MonthQueries(_database).ListUnitMonthsAsync(month, CancellationToken.None));
        Assert.Equal(("_unassigned", 3L), (unit.UnitId, unit.Counts.Answered));
    }

    [Fact]
    public async Task A_file_that_is_no_capture_is_counted_once_and_tried_again_when_it_changes()
    {
        var path = Path.Combine(_folder, "bad.pcap");
        await File.WriteAllTextAsync(path, "this is no capture file, however long it is");
        await using var service = await StartAsync();
        await UntilIdleAsync(service);
        await PollAsync(service);
        await PollAsync(service);
        Assert.Equal(1, await UnreadableAsync(service));

        await File.WriteAllTextAsync(path, "this is no capture file either, and it is longer than before");
        await PollAsync(service);
        Assert.Equal(2, await UnreadableAsync(service));
        Assert.Empty(await new SourceRepository(_database).ListAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task A_stop_in_the_middle_leaves_a_service_that_starts_again()
    {
        await WriteCaptureAsync("a.pcap");

        // Stopped at once: whatever was read is stored, and the file is read again by the next start.
        await (await StartAsync()).DisposeAsync();
        await using var service = await StartAsync();
        await UntilIdleAsync(service);
        using var response = await service.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        var month = Assert.Single(await new MonthQueries(_database).ListMonthsAsync(CancellationToken.None));
        var unit = Assert.Single(await new MonthQueries(_database).ListUnitMonthsAsync(month, CancellationToken.None));
        Assert.Equal(3, unit.Counts.Answered);
    }

    [Fact]
    public async Task A_file_is_measured_while_it_grows_and_finished_once()
    {
        await WriteCaptureAsync("whole.pcap");
        var octets = await File.ReadAllBytesAsync(Path.Combine(_folder, "whole.pcap"));
        File.Delete(Path.Combine(_folder, "whole.pcap"));
        var path = Path.Combine(_folder, "growing.pcap");
        await WriteAsync(path, octets[..(octets.Length / 2)], Now.AddHours(1));

        await using (var service = await StartAsync())
        {
            // Packets are counted in the middle of the file, and it goes on where more of it comes.
            await AdvanceUntilAsync(service, "voicequality_capture_packets_total [1-9]");
            await WriteAsync(path, octets[..(octets.Length * 3 / 4)], Now.AddHours(1));
            await AdvanceUntilAsync(service, "voicequality_storage_calls_total\\{outcome=\"inserted\"\\} [1-9]|"
                + "voicequality_calls_active [1-9]");
            await WriteAsync(path, octets, Now.AddHours(-1));
            await AdvanceUntilAsync(service, "voicequality_source_files_total\\{outcome=\"read\"\\} 1");
            await UntilIdleAsync(service);
        }

        await using (var service = await StartAsync())
        {
            await UntilIdleAsync(service);
            Assert.Contains("voicequality_source_files_total{outcome=\"known\"} 1", await service.GetAsync("/metrics"));
        }

        var source = Assert.Single(await new SourceRepository(_database).ListAsync(10, CancellationToken.None));
        Assert.Equal(("growing.pcap", 3L), (source.Name, source.Calls));
        var month = Assert.Single(await new MonthQueries(_database).ListMonthsAsync(CancellationToken.None));
        var unit = Assert.Single(await new MonthQueries(_database).ListUnitMonthsAsync(month, CancellationToken.None));
        Assert.Equal(3, unit.Counts.Answered);
    }

    [Fact]
    public async Task A_file_that_grows_does_not_keep_a_complete_one_waiting()
    {
        await WriteCaptureAsync("whole.pcap");
        var octets = await File.ReadAllBytesAsync(Path.Combine(_folder, "whole.pcap"));
        File.Delete(Path.Combine(_folder, "whole.pcap"));
        await WriteAsync(Path.Combine(_folder, "growing.pcap"), octets[..(octets.Length / 2)], Now.AddHours(1));
        await using var service = await StartAsync();
        await AdvanceUntilAsync(service, "voicequality_capture_packets_total [1-9]");

        await WriteAsync(Path.Combine(_folder, "other.pcap"), octets, Now.AddHours(-1));

        await AdvanceUntilAsync(service, "voicequality_source_files_total\\{outcome=\"read\"\\} 1");
        Assert.Equal("other.pcap", Assert.Single(
            await new SourceRepository(_database).ListAsync(10, CancellationToken.None)).Name);
    }

    private static async Task WriteAsync(string path, byte[] octets, DateTimeOffset writtenAt)
    {
        await using (var file = new FileStream(
            path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Position = file.Length;
            await file.WriteAsync(octets.AsMemory((int)file.Length));
        }

        File.SetLastWriteTimeUtc(path, writtenAt.UtcDateTime);
    }

    /// <summary>Each turn lets two seconds pass; the file stays young for so long.</summary>
    private async Task AdvanceUntilAsync(RunningService service, string pattern)
    {
        var text = "";
        for (var turn = 0; turn < 1_000; turn++)
        {
            text = await service.GetAsync("/metrics");
            if (Regex.IsMatch(text, pattern))
            {
                return;
            }

            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Matches(pattern, text);
    }

    private static async Task<int> UnreadableAsync(RunningService service)
    {
        var match = Regex.Match(
            await service.GetAsync("/metrics"), "voicequality_source_files_total\\{outcome=\"unreadable\"\\} (\\d+)");
        return int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task UntilIdleAsync(RunningService service)
    {
        var progress = service.App.Services.GetRequiredService<SourceProgress>();

        while (progress.Current.State != "idle")
        {
            await Task.Yield();
        }
    }

    private async Task PollAsync(RunningService service)
    {
        var progress = service.App.Services.GetRequiredService<SourceProgress>();
        progress.Set("starting", null, "a test waits for the next look");
        _time.Advance(TimeSpan.FromSeconds(2));
        await UntilIdleAsync(service);
    }

    private Task<RunningService> StartAsync() => RunningService.StartAsync(
        _time,
        demo: null,
        settings => settings with
        {
            Sources = new SourceOptions { WatchedFolder = new WatchedFolderOptions { Path = _folder } },
        },
        _database);

    private async Task WriteCaptureAsync(string name)
    {
        var plans = Enumerable.Range(0, 3).Select(i => new SyntheticCallPlan
        {
            StartNs = 1_760_000_000_000_000_000 + (i * 1_000_000_000L),
            Caller = SyntheticAddressPlan.CustomerNumber(1, i),
            Callee = SyntheticAddressPlan.OutsideNumber(i),
            TrunkAddress = SyntheticAddressPlan.Trunk(1, 250, ipv6: false),
            SbcAddress = SyntheticAddressPlan.Sbc(1, ipv6: false),
            Duration = TimeSpan.FromSeconds(4),
        });
        using var traffic = new SyntheticTraffic(plans);
        await using var file = File.Create(Path.Combine(_folder, name));
        Write(file, traffic);
    }

    private static void Write(Stream file, SyntheticTraffic traffic)
    {
        Span<byte> header = stackalloc byte[PcapWriter.FileHeaderLength];
        file.Write(header[..PcapWriter.WriteFileHeader(header, nanoseconds: false)]);

        while (traffic.TryNext(out var frame))
        {
            var length = PcapWriter.WriteRecordHeader(
                header, frame.TimestampNs, frame.Octets.Length, frame.Octets.Length, nanoseconds: false);
            file.Write(header[..length]);
            file.Write(frame.Octets);
        }
    }
}
