using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Tests.Hosting;

namespace VoiceQuality.Service.Tests.Telemetry;

public sealed class InfluxWriterTests : IDisposable
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private readonly InfluxCounters _counters = new();
    private readonly StubServer _server = new();

    private readonly InfluxOptions _options = new()
    {
        Url = new Uri("http://127.0.0.1:8086"), Org = "o", Bucket = "b c", Token = "t", BatchPoints = 2,
    };

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Points_go_out_compressed_with_nanoseconds_and_token()
    {
        using var spool = new InfluxSpool(_options, _counters, _time);
        using var writer = Writer(spool);
        await writer.StartAsync(CancellationToken.None);
        Add(spool, 1, 2);
        var request = await _server.NextAsync();
        await writer.StopAsync(CancellationToken.None);

        Assert.Equal("http://127.0.0.1:8086/api/v2/write?org=o&bucket=b%20c&precision=ns", request.Address);
        Assert.Equal("Token t", request.Authorization);
        Assert.Equal("m v=1i 1\nm v=2i 2\n", request.Body);
        Assert.Equal(2, _counters.Written);
    }

    [Fact]
    public async Task A_busy_server_gets_the_same_batch_again_after_the_time_it_asked_for()
    {
        _server.Answers.Enqueue((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(7)));
        using var spool = new InfluxSpool(_options, _counters, _time);
        using var writer = Writer(spool);
        await writer.StartAsync(CancellationToken.None);
        Add(spool, 1, 2);
        var first = await _server.NextAsync();

        // One timer is the spool's; the second is the writer's delay.
        await Until(() => _time.Waiting == 2);
        _time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.True(_server.IsIdle);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        var second = await _server.NextAsync();
        await writer.StopAsync(CancellationToken.None);

        Assert.Equal(first.Body, second.Body);
        Assert.Equal((2, 1), (_counters.Written, _counters.FailedRequests));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge)]
    public async Task Refused_points_are_dropped_and_counted_and_the_next_batch_goes_on(HttpStatusCode status)
    {
        _server.Answers.Enqueue((status, null));
        using var spool = new InfluxSpool(_options, _counters, _time);
        using var writer = Writer(spool);
        await writer.StartAsync(CancellationToken.None);
        Add(spool, 1, 2, 3, 4);
        await _server.NextAsync();
        await _server.NextAsync();
        await writer.StopAsync(CancellationToken.None);

        Assert.Equal((2, 2), (_counters.Dropped(InfluxDropReason.Refused), _counters.Written));
    }

    [Fact]
    public void What_does_not_fit_into_the_spool_is_dropped_and_counted()
    {
        _options.SpoolOctets = 1;
        using var spool = new InfluxSpool(_options, _counters, _time);
        Add(spool, 1, 2, 3);

        Assert.Equal(2, _counters.Dropped(InfluxDropReason.SpoolFull));
        Assert.Equal(1, spool.Points);
    }

    [Fact]
    public async Task A_stop_sends_what_is_still_open()
    {
        using var spool = new InfluxSpool(_options, _counters, _time);
        using var writer = Writer(spool);
        await writer.StartAsync(CancellationToken.None);
        Add(spool, 1);
        await Until(() => _time.Waiting == 1);
        await writer.StopAsync(CancellationToken.None);

        Assert.Equal(1, _counters.Written);
    }

    // 0.5 s doubles to 1, 2, 4 … and stops at 60; with no jitter half of it, with full jitter all of it.
    [Theory]
    [InlineData(1, 0.0, 0.25)]
    [InlineData(1, 1.0, 0.5)]
    [InlineData(3, 1.0, 2)]
    [InlineData(40, 1.0, 60)]
    public void Delays_double_up_to_a_limit(int failures, double jitter, double expectedSeconds)
    {
        using var spool = new InfluxSpool(_options, _counters, _time);
        using var writer = Writer(spool, jitter);
        Assert.Equal(TimeSpan.FromSeconds(expectedSeconds), writer.DelayAfter(failures, null));
    }

    [Fact]
    public void A_server_cannot_ask_for_more_than_the_limit()
    {
        using var spool = new InfluxSpool(_options, _counters, _time);
        using var writer = Writer(spool);
        Assert.Equal(TimeSpan.FromMinutes(1), writer.DelayAfter(1, TimeSpan.FromDays(9)));
    }

    private static void Add(InfluxSpool spool, params int[] values)
    {
        foreach (var value in values)
        {
            spool.Add(lines =>
            {
                lines.Begin("m");
                lines.Field("v", (long)value);
                lines.End(value);
            });
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Yield();
        }
    }

    private InfluxWriter Writer(InfluxSpool spool, double jitter = 0)
    {
        var client = new HttpClient(_server, disposeHandler: false);
        return new InfluxWriter(
            spool, new InfluxRequest(client, _options, _time), _counters, _options, _time, () => jitter,
            NullLogger<InfluxWriter>.Instance);
    }

    private sealed record Seen(string Address, string? Authorization, string Body);

    private sealed class StubServer : HttpMessageHandler
    {
        private readonly ConcurrentQueue<Seen> _seen = new();
        private readonly SemaphoreSlim _arrived = new(0);

        public ConcurrentQueue<(HttpStatusCode Status, TimeSpan? RetryAfter)> Answers { get; } = new();

        public bool IsIdle => _seen.IsEmpty;

        public async Task<Seen> NextAsync()
        {
            await _arrived.WaitAsync(TimeSpan.FromSeconds(60));
            return _seen.TryDequeue(out var seen) ? seen : throw new TimeoutException("no request came");
        }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await using var gzip = new GZipStream(
                await request.Content!.ReadAsStreamAsync(cancellationToken), CompressionMode.Decompress);
            using var reader = new StreamReader(gzip);
            var body = await reader.ReadToEndAsync(cancellationToken);
            var (status, retryAfter) = Answers.TryDequeue(out var next) ? next : (HttpStatusCode.NoContent, null);
            var response = new HttpResponseMessage(status);

            if (retryAfter is { } delay)
            {
                response.Headers.RetryAfter = new System.Net.Http.Headers.RetryConditionHeaderValue(delay);
            }

            _seen.Enqueue(new Seen(
                request.RequestUri!.AbsoluteUri, request.Headers.Authorization?.ToString(), body));
            _arrived.Release();
            return response;
        }

        protected override void Dispose(bool disposing)
        {
            _arrived.Dispose();
            base.Dispose(disposing);
        }
    }
}
