using System.Globalization;
using System.Text.RegularExpressions;
using VoiceQuality.Protocols.Pcap;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Sources;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Hosting;

/// <summary>
/// Several programs write captures into one folder at the same time. What is stored in the end is what the traffic in
/// one capture gives.
/// </summary>
public sealed class GrowingFilesTests : IAsyncLifetime
{
    // Long before the files are really written, so that each is young until a test says that it is complete.
    private static readonly DateTimeOffset Now = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("voicequality-test-").FullName;
    private readonly ManualTime _time = new(Now);
    private Database _database = null!;
    private int _atOnce = 4;

    public async Task InitializeAsync() =>
        _database = await Database.OpenAsync(Path.Combine(_folder, "test.db"), CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("tap-1.pcap", "tap-2.pcap")]
    [InlineData("inside.pcap", "outside.pcap")]
    public async Task Two_files_that_grow_are_measured_at_once_and_finished_once_over_a_restart(string one, string two)
    {
        var (first, second) = (One(), Two());
        Write(one, first, 0.3);
        Write(two, second, 0.3);
        await using (var service = await StartAsync())
        {
            // More packets than either of them holds.
            await UntilAsync(service, text => Packets(text) > Math.Max(Frames(first, 0.3), Frames(second, 0.3)));
            Write(two, second, 0.5);
            Write(one, first, 0.6);
            await UntilAsync(service, text => Packets(text) > Math.Max(Frames(first, 0.6), Frames(second, 0.5)));
        }

        await using (var service = await StartAsync())
        {
            await UntilAsync(service, text => Figure(text, "source_files_followed") == 2);
            Write(two, second, 1);
            Complete(two);
            await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"read\"}") == 1);
            await UntilAsync(service, text => Figure(text, "source_files_followed") == 1);
            Write(one, first, 1);
            Complete(one);
            await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"read\"}") == 2);
        }

        await using (var service = await StartAsync())
        {
            await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"known\"}") == 2);
        }

        Assert.Equal([one, two], await FinishedAsync());
        Assert.Equal(await WholeAsync(), CutCapture.Rows(Path.Combine(_folder, "test.db")));
    }

    [Fact]
    public async Task A_file_that_never_grows_again_holds_up_no_other()
    {
        var (first, second) = (One(), Two());
        Write("tap-1.pcap", first, 0.4);
        Write("tap-2.pcap", second, 0.1);
        await using var service = await StartAsync();
        await UntilAsync(service, text => Figure(text, "source_files_followed") == 2);

        Write("tap-1.pcap", first, 1);
        Complete("tap-1.pcap");
        await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"read\"}") == 1);
        Assert.Equal(["tap-1.pcap"], await FinishedAsync());

        // What is there of it is all of it, once it has not changed for the time to settle.
        Complete("tap-2.pcap");
        await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"damaged\"}") == 1);
        Assert.Equal(["tap-1.pcap", "tap-2.pcap"], await FinishedAsync());
    }

    [Fact]
    public async Task Two_rotations_that_are_written_at_once_are_two_captures()
    {
        var names = new List<string>();
        await using (var service = await StartAsync())
        {
            for (var part = 0; part < 3; part++)
            {
                var (from, to) = (new[] { 0.0, 30, 60 }[part], new[] { 30.0, 60, 1_000 }[part]);
                var (one, two) = ($"tap1_0000{part}.pcap", $"tap2_0000{part}.pcap");
                names.AddRange([one, two]);
                var (first, second) = (One(from, to), Two(from, to));
                Write(one, first, 0.5);
                Write(two, second, 0.5);
                await UntilAsync(service, text => Figure(text, "source_files_followed") == 2);
                Write(one, first, 1);
                Write(two, second, 1);
                if (part < 2)
                {
                    // The next ones begin before these are known to be complete.
                    var next = part + 1;
                    var (nextFrom, nextTo) = (new[] { 0.0, 30, 60 }[next], new[] { 30.0, 60, 1_000 }[next]);
                    Write($"tap1_0000{next}.pcap", One(nextFrom, nextTo), 0.1);
                    Write($"tap2_0000{next}.pcap", Two(nextFrom, nextTo), 0.1);
                }

                Complete(one);
                Complete(two);
                var read = (part + 1) * 2;
                await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"read\"}") == read);
            }
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), await FinishedAsync());
        Assert.Equal(await WholeAsync(), CutCapture.Rows(Path.Combine(_folder, "test.db")));
    }

    [Fact]
    public async Task Beyond_the_limit_a_file_waits_for_its_turn_and_is_counted_once()
    {
        _atOnce = 1;
        var (first, second) = (One(), Two());
        Write("inside.pcap", first, 0.5);
        Write("outside.pcap", second, 0.5);
        await using (var service = await StartAsync())
        {
            await UntilAsync(service, text => Figure(text, "source_files_waiting") == 1);
            _time.Advance(TimeSpan.FromSeconds(20));
            var text = await service.GetAsync("/metrics");
            Assert.Equal(1, Figure(text, "source_files_waited_total"));
            Assert.Equal(1, Figure(text, "source_files_followed"));

            Write("inside.pcap", first, 1);
            Complete("inside.pcap");
            await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"read\"}") == 1
                && Figure(text, "source_files_followed") == 1 && Figure(text, "source_files_waiting") == 0);
            Write("outside.pcap", second, 1);
            Complete("outside.pcap");
            await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"read\"}") == 2);
        }

        Assert.Equal(await WholeAsync(), CutCapture.Rows(Path.Combine(_folder, "test.db")));
    }

    [Fact]
    public async Task A_complete_file_of_another_capture_is_read_beside_one_that_grows()
    {
        var first = One();
        Write("inside.pcap", first, 0.5);
        await using var service = await StartAsync();
        await UntilAsync(service, text => Figure(text, "source_files_followed") == 1);
        var packets = Packets(await service.GetAsync("/metrics"));

        Write("outside.pcap", Two(), 1);
        Complete("outside.pcap");
        await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"read\"}") == 1);

        // It went on where it was: reading it again from its start would count its packets twice.
        await UntilAsync(service, text => Packets(text) >= Frames(Two(), 1));
        Assert.InRange(
            Packets(await service.GetAsync("/metrics")), packets, Frames(first, 0.5) + Frames(Two(), 1));
    }

    [Fact]
    public async Task What_the_tap_lost_at_the_end_of_a_file_does_not_go_on_when_the_file_is_over()
    {
        // Both ways of six calls miss the same 0.3 s, which is known when they are over; another stream goes on.
        var wire = new Wire();
        for (var i = 0; i < 6; i++)
        {
            var (caller, callee) = ($"198.18.1.{i + 1}", $"198.18.2.{i + 1}");
            var sip = new SipScript(wire, $"call-{i}@loss.example");
            sip.Answered(0, 2, Sdp.Audio(caller, 4_000), Sdp.Audio(callee, 6_000));
            sip.Released(25);
            Send(i * 2, $"{caller}:4000", $"{callee}:6000", 1_100);
            Send((i * 2) + 1, $"{callee}:6000", $"{caller}:4000", 1_100);
        }

        Send(99, "198.18.3.1:4000", "198.18.3.2:6000", 3_500);
        void Send(int stream, string from, string to, int packets)
        {
            var start = 2.1 + (stream * 0.002);
            new RtpScript(wire, from, to) { Ssrc = (uint)stream }
                .Send(packets, start, packet => start + (packet * 0.02) is >= 22 and < 22.3);
        }

        Write("edge.pcap", CutCapture.Pcap(wire.Frames), 1);
        await using var service = await StartAsync();
        await UntilAsync(service, text => Figure(text, "capture_loss_alarms_total") == 1);
        Complete("edge.pcap");
        await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"read\"}") == 1);

        Assert.Equal(0, Figure(await service.GetAsync("/metrics"), "capture_loss_open"));
    }

    private static byte[] One(double from = 0, double to = 1_000) => Cut(CutCapture.Traffic(1, 3, 9), from, to);

    /// <summary>It begins 0.4 s after the other one, with a datagram of no use.</summary>
    private static byte[] Two(double from = 0, double to = 1_000)
    {
        var wire = CutCapture.Traffic(2, 4, 5);
        wire.Udp(3.4, "198.18.8.1:50000", "198.18.8.2:9", "of no use");
        return Cut(wire, from, to);
    }

    private static byte[] Cut(Wire wire, double from, double to) => CutCapture.Pcap(wire.Frames.Where(frame =>
        frame.AtNs >= Wire.Us(from) * 1_000 && frame.AtNs < Wire.Us(to) * 1_000));

    /// <summary>Frames that are whole in the first part of a file.</summary>
    private static int Frames(byte[] octets, double share)
    {
        var (count, offset, end) = (0, PcapWriter.FileHeaderLength, (int)(octets.Length * share));
        while (offset + PcapWriter.RecordHeaderLength <= end)
        {
            offset += PcapWriter.RecordHeaderLength + BitConverter.ToInt32(octets, offset + 8);
            count += offset <= end ? 1 : 0;
        }

        return count;
    }

    private static double Packets(string metrics) => Figure(metrics, "capture_packets_total");

    private static double Figure(string metrics, string name)
    {
        var match = Regex.Match(metrics, $"^voicequality_{Regex.Escape(name)} (\\S+)", RegexOptions.Multiline);
        return match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Lets the file grow to a part of what it will be.</summary>
    private void Write(string name, byte[] octets, double share)
    {
        using var file = new FileStream(
            Path.Combine(_folder, name), FileMode.OpenOrCreate, FileAccess.Write,
            FileShare.ReadWrite | FileShare.Delete);
        var (from, to) = ((int)file.Length, (int)(octets.Length * share));
        file.Position = from;
        file.Write(octets.AsSpan(from, to - from));
    }

    private void Complete(string name) =>
        File.SetLastWriteTimeUtc(Path.Combine(_folder, name), Now.AddYears(-1).UtcDateTime);

    private async Task<string[]> FinishedAsync() =>
    [
        .. (await new SourceRepository(_database).ListAsync(100, CancellationToken.None))
            .Select(static source => source.Name).Order(StringComparer.Ordinal),
    ];

    /// <summary>Each turn lets two seconds pass.</summary>
    private async Task UntilAsync(RunningService service, Func<string, bool> isReached)
    {
        var text = "";
        for (var turn = 0; turn < 1_000; turn++)
        {
            text = await service.GetAsync("/metrics");
            if (isReached(text))
            {
                return;
            }

            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Fail(text);
    }

    private async Task<string[]> WholeAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "whole")).FullName;
        var path = Path.Combine(folder, "test.db");
        var database = await Database.OpenAsync(path, CancellationToken.None);
        await File.WriteAllBytesAsync(Path.Combine(folder, "whole.pcap"), CutCapture.Pcap(CutCapture.Traffic().Frames));
        File.SetLastWriteTimeUtc(Path.Combine(folder, "whole.pcap"), Now.AddYears(-1).UtcDateTime);
        await using (var service = await StartAsync(folder, database))
        {
            await UntilAsync(service, text => Figure(text, "source_files_total{outcome=\"read\"}") == 1);
        }

        await database.DisposeAsync();
        return CutCapture.Rows(path);
    }

    private Task<RunningService> StartAsync() => StartAsync(_folder, _database);

    private Task<RunningService> StartAsync(string folder, Database database) => RunningService.StartAsync(
        _time,
        demo: null,
        settings => settings with
        {
            Sources = new SourceOptions
            {
                WatchedFolder = new WatchedFolderOptions { Path = folder, FollowAtOnce = _atOnce },
            },
        },
        database);
}
