using VoiceQuality.Service.Tests.Cli;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Analyze;

public sealed class AnalyzeInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Standard_input_compressed_and_pcapng_give_the_same_calls()
    {
        var wire = SampleCapture.Wire();
        var plain = await AnalyzeRun.OfAsync("--format", "csv", await WriteAsync("a.pcap", wire.ToPcap()));
        var compressed = await AnalyzeRun.OfAsync(
            "--format", "csv", await WriteAsync("a.pcap.gz", CaptureOctets.Gzip(wire.ToPcap())));
        var pcapNg = await AnalyzeRun.OfAsync(
            "--format", "csv", await WriteAsync("a.pcapng", CaptureOctets.PcapNgSection(wire.Frames)));
        using var pipe = new DrippingStream(wire.ToPcap(), 13);
        var piped = await AnalyzeRun.OfAsync(pipe, null, "--format", "csv", "-");

        Assert.Equal(4, plain.Lines.Length);
        Assert.All([compressed, pcapNg, piped], run => Assert.Equal(plain with { Error = run.Error }, run));
        Assert.Equal("", plain.Error + compressed.Error + pcapNg.Error + piped.Error);
    }

    [Fact]
    public async Task Several_files_are_one_capture_in_the_order_of_their_first_packets()
    {
        var frames = SampleCapture.Wire().Frames;
        var first = await WriteAsync("z-first.pcap", Part(frames.Take(400)));
        var second = await WriteAsync("a-second.pcap", Part(frames.Skip(400)));
        var whole = await AnalyzeRun.OfAsync("--format", "csv", await WriteAsync("whole.pcap", Part(frames)));

        var run = await AnalyzeRun.OfAsync("--format", "csv", second, first);

        Assert.Equal(whole.Output, run.Output);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task A_cut_file_is_used_as_far_as_it_goes_with_one_line_that_says_where()
    {
        var octets = SampleCapture.Wire().ToPcap();
        var file = await WriteAsync("cut.pcap", octets[..^5]);

        var run = await AnalyzeRun.OfAsync("--format", "json", file);

        Assert.Equal(1, run.Status);
        var line = Assert.Single(run.ErrorLines);
        Assert.StartsWith($"voicequality: {file} at offset ", line, StringComparison.Ordinal);
        Assert.Contains("5 octets are missing", line, StringComparison.Ordinal);
        var problem = Assert.Single(run.Json.GetProperty("capture").GetProperty("problems").EnumerateArray());
        Assert.Equal("recordCut", problem.GetProperty("reason").GetString());
        Assert.Equal(2, run.Json.GetProperty("calls").GetArrayLength());
    }

    [Fact]
    public async Task A_cut_gzip_is_one_problem_however_its_records_end()
    {
        var octets = CaptureOctets.Gzip(SampleCapture.Wire().ToPcap());
        for (var length = 30; length < octets.Length; length += 37)
        {
            var file = await WriteAsync("cut.pcap.gz", octets[..length]);

            var run = await AnalyzeRun.OfAsync("--format", "json", file);

            var line = Assert.Single(run.ErrorLines);
            Assert.StartsWith($"voicequality: {file} at offset ", line, StringComparison.Ordinal);
            Assert.InRange(run.Status, 1, 2);
            Assert.Equal(run.Status == 2, run.Output.Length == 0);
        }
    }

    [Theory]
    [InlineData("this is no capture, but it is long enough to have been one")]
    [InlineData("")]
    public async Task What_is_no_capture_is_refused_and_nothing_is_written(string text)
    {
        var file = await WriteAsync("notes.txt", System.Text.Encoding.ASCII.GetBytes(text));

        foreach (var format in new[] { "table", "json", "ndjson", "csv" })
        {
            var run = await AnalyzeRun.OfAsync("--format", format, file);

            Assert.Equal(2, run.Status);
            Assert.Equal("", run.Output);
            Assert.StartsWith($"voicequality: {file}", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--fromat")]
    [InlineData("-v")]
    public async Task A_mistyped_option_is_wrong_usage_and_not_one_more_file(string option)
    {
        var capture = await WriteAsync("a.pcap", SampleCapture.Wire().ToPcap());

        var run = await AnalyzeRun.OfAsync(capture, option, "json");

        Assert.Equal(2, run.Status);
        Assert.Equal("", run.Output);
        Assert.Contains($"'{option}'", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("ndjson")]
    [InlineData("csv")]
    [InlineData("table")]
    public async Task Results_that_cannot_be_written_are_not_blamed_on_the_input(string format)
    {
        var capture = await WriteAsync("a.pcap", SampleCapture.Wire().ToPcap());

        var run = await AnalyzeRun.OfAsync(null, () => new FullStream(), "--format", format, capture);

        Assert.Equal(2, run.Status);
        Assert.Equal("voicequality: cannot write the results: the disk is full", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_missing_file_and_a_folder_are_refused_with_a_line_each()
    {
        var run = await AnalyzeRun.OfAsync(_folder.File("missing.pcap"), _folder.Directory);

        Assert.Equal(2, run.Status);
        Assert.Equal("", run.Output);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.Contains(run.ErrorLines, static line => line.Contains("no such file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_file_beside_a_good_one_leaves_the_good_one_analysed()
    {
        var good = await WriteAsync("good.pcap", SampleCapture.Wire().ToPcap());

        var run = await AnalyzeRun.OfAsync("--format", "json", good, _folder.File("missing.pcap"));

        Assert.Equal(1, run.Status);
        Assert.Single(run.ErrorLines);
        Assert.Equal(2, run.Json.GetProperty("calls").GetArrayLength());
        var problem = Assert.Single(run.Json.GetProperty("capture").GetProperty("problems").EnumerateArray());
        Assert.Equal("unreadable", problem.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_link_type_that_is_not_read_is_refused_by_its_number()
    {
        var file = await WriteAsync("usb.pcap", SampleCapture.Wire().ToPcap(linkType: 147));

        var run = await AnalyzeRun.OfAsync("--format", "json", file);

        Assert.Equal(2, run.Status);
        Assert.Equal("", run.Output);
        Assert.Contains("147", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_that_cannot_be_used_are_frames_of_the_capture_all_the_same()
    {
        var wire = SampleCapture.Wire();
        var good = await WriteAsync("good.pcap", wire.ToPcap());
        var usb = await WriteAsync("usb.pcap", SampleCapture.Wire(50).ToPcap(linkType: 147));

        var run = await AnalyzeRun.OfAsync("--format", "json", good, usb);

        Assert.Equal(1, run.Status);
        var capture = run.Json.GetProperty("capture");
        Assert.Equal(2 * wire.Frames.Count, capture.GetProperty("packets").GetInt32());
        Assert.Equal(wire.Frames.Count, capture.GetProperty("skipped").GetProperty("unsupportedLinkType").GetInt32());
    }

    [Fact]
    public async Task An_input_that_breaks_off_is_one_problem_and_what_came_before_is_analysed()
    {
        var octets = SampleCapture.Wire().ToPcap();
        using var pipe = new DrippingStream(octets, 4_096, failsAt: octets.Length / 4096 * 4096);

        var run = await AnalyzeRun.OfAsync(pipe, null, "--format", "json", "-");

        Assert.Equal(1, run.Status);
        Assert.Contains("The device has gone", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.NotEqual(0, run.Json.GetProperty("calls").GetArrayLength());
    }

    [Theory]
    [InlineData("ndjson")]
    [InlineData("json")]
    [InlineData("csv")]
    [InlineData("table")]
    public async Task An_output_that_nobody_reads_any_more_ends_the_verb_like_SIGPIPE_and_without_a_word(string format)
    {
        var file = await WriteAsync("good.pcap", SampleCapture.Wire().ToPcap());

        var run = await AnalyzeRun.OfAsync(null, static () => new BrokenStream(), "--format", format, file);

        // 128 and 13, as a shell tells a tool that SIGPIPE ended.
        Assert.Equal(141, run.Status);
        Assert.Equal("", run.Error);
    }

    [Theory]
    [InlineData("--lanes", "0")]
    [InlineData("--lanes", "65")]
    [InlineData("--format", "xml")]
    public async Task Wrong_usage_is_refused_with_one_line(string option, string value)
    {
        var run = await AnalyzeRun.OfAsync(option, value, "a.pcap");

        Assert.Equal(2, run.Status);
        Assert.Equal("", run.Output);
        Assert.Single(run.ErrorLines);
    }

    private static byte[] Part(IEnumerable<WireFrame> frames)
    {
        var wire = new Wire();
        foreach (var frame in frames)
        {
            wire.Add(frame);
        }

        return wire.ToPcap();
    }

    private async Task<string> WriteAsync(string name, byte[] octets)
    {
        var file = _folder.File(name);
        await File.WriteAllBytesAsync(file, octets);
        return file;
    }

    private sealed class BrokenStream : MemoryStream
    {
        // As the runtime tells of EPIPE.
        private static IOException Gone => new("Broken pipe", 32);

        public override void Write(byte[] buffer, int offset, int count) => throw Gone;

        public override void Write(ReadOnlySpan<byte> buffer) => throw Gone;
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("the disk is full");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("the disk is full");
    }
}
