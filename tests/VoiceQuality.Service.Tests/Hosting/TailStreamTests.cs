using VoiceQuality.Service.Hosting;

namespace VoiceQuality.Service.Tests.Hosting;

public sealed class TailStreamTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly CancellationTokenSource _giveWay = new();
    private readonly CancellationTokenSource _stop = new();

    public TailStreamTests() => File.WriteAllBytes(_path, [1, 2, 3, 4]);

    public void Dispose()
    {
        File.Delete(_path);
        _giveWay.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public void A_file_that_gives_way_is_left_although_there_is_more_to_read()
    {
        using var tail = Open(static () => TailState.Growing);
        Assert.Equal(2, tail.Read(new byte[2]));

        _giveWay.Cancel();

        Assert.Throws<TailGivenUpException>(() => tail.Read(new byte[2]));
    }

    [Fact]
    public void What_was_written_before_a_file_was_seen_complete_is_read()
    {
        using var tail = Open(() =>
        {
            if (new FileInfo(_path).Length == 4)
            {
                File.AppendAllBytes(_path, [5]);
            }

            return TailState.Complete;
        });
        var octets = new byte[8];

        Assert.Equal([4, 1, 0], new[] { tail.Read(octets), tail.Read(octets), tail.Read(octets) });
        Assert.Equal(5, octets[0]);
    }

    [Fact]
    public async Task Whoever_waits_for_more_hears_at_once_that_it_gives_way_or_stops()
    {
        foreach (var (end, expected) in new[]
        {
            (_giveWay, typeof(TailGivenUpException)), (_stop, typeof(TaskCanceledException)),
        })
        {
            using var giveWay = new CancellationTokenSource();
            var looked = new TaskCompletionSource();
            await using var tail = Open(() =>
            {
                looked.TrySetResult();
                return TailState.Growing;
            }, end == _giveWay ? _giveWay : giveWay);
            var reading = Task.Run(() =>
            {
                while (tail.Read(new byte[4]) > 0)
                {
                }
            });
            await looked.Task;
            await end.CancelAsync();
            Assert.IsType(expected, await Record.ExceptionAsync(() => reading.WaitAsync(TimeSpan.FromMinutes(1))));
        }
    }

    private TailStream Open(Func<TailState> look, CancellationTokenSource? giveWay = null) => new(
        new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0),
        look, TimeSpan.FromSeconds(1), _time, (giveWay ?? _giveWay).Token, _stop.Token);
}
