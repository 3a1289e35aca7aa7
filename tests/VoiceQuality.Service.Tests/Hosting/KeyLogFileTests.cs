using VoiceQuality.Protocols.Tls;
using VoiceQuality.Service.Hosting;

namespace VoiceQuality.Service.Tests.Hosting;

public sealed class KeyLogFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_key_log_that_grows_is_read_on_ten_times_a_second_and_no_half_line_is_taken()
    {
        var clock = new Clock();
        File.WriteAllText(_path, Line(1) + "# " + new string('x', 10_000) + "\n" + Line(2)[..40]);
        var log = new KeyLogFile(_path, clock, mayGrow: true);

        Assert.True(Has(log, 1));
        Assert.False(Has(log, 2));
        File.AppendAllText(_path, Line(2)[40..] + Line(3));
        clock.Ticks += 99;
        Assert.False(Has(log, 2));
        clock.Ticks++;
        Assert.True(Has(log, 3));
        Assert.True(Has(log, 2));

        // Another file in its place is read from its start.
        File.WriteAllText(_path, Line(4));
        clock.Ticks += 100;
        Assert.True(Has(log, 4));
        Assert.True(Has(log, 1));

        // And so is one that is longer than what was read of the one before.
        File.WriteAllText(_path, Line(5) + Line(6) + Line(7));
        clock.Ticks += 100;
        Assert.True(Has(log, 5));
        Assert.True(Has(log, 7));

        File.Delete(_path);
        clock.Ticks += 100;
        Assert.False(Has(log, 8));
        Assert.NotNull(KeyLogFile.ProblemOf(_path));
    }

    private static string Line(int number) => $"CLIENT_RANDOM {number:x64} {number:x96}\n";

    private static bool Has(KeyLogFile log, int number) => log.TryFind(
        TlsSecretKind.Master, Convert.FromHexString($"{number:x64}"), out var secret) && secret.Span[^1] == number;

    private sealed class Clock : TimeProvider
    {
        public long Ticks { get; set; }

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Ticks;
    }
}
