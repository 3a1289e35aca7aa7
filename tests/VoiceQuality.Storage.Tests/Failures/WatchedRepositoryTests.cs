using NodaTime;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Storage.Tests.Failures;

public sealed class WatchedRepositoryTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private Database _database = null!;
    private WatchedRepository _watched = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(Database.InMemoryPath, None);
        _watched = new WatchedRepository(_database);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Times_that_touch_are_one_whatever_the_order()
    {
        await AddAsync(10, 20);
        await AddAsync(40, 50);
        await AddAsync(20, 30);
        await AddAsync(28, 45);
        await AddAsync(60, 70);

        Assert.Equal([(10, 50), (60, 70)], await AllAsync());
        Assert.Equal(At(70), await _watched.LastAsync(None));
    }

    [Fact]
    public async Task What_is_known_already_changes_nothing()
    {
        Assert.True(await AddAsync(10, 50));
        Assert.False(await AddAsync(10, 50));
        Assert.False(await AddAsync(20, 30));
        Assert.True(await AddAsync(20, 51));

        Assert.Equal([(10, 51)], await AllAsync());
    }

    [Fact]
    public async Task Only_what_touches_a_time_is_listed()
    {
        await AddAsync(10, 20);
        await AddAsync(30, 40);
        await AddAsync(50, 60);

        Assert.Equal([(30, 40)], await ListAsync(25, 45));
        Assert.Equal([(10, 20), (30, 40)], await ListAsync(15, 45));
        Assert.Equal([(30, 40)], await ListAsync(35, 36));
        Assert.Empty(await ListAsync(41, 49));
    }

    [Fact]
    public async Task Nobody_has_watched_at_first()
    {
        Assert.Empty(await AllAsync());
        Assert.Null(await _watched.LastAsync(None));
    }

    private static Instant At(long second) => Instant.FromUnixTimeSeconds(1_790_000_000 + second);

    private Task<bool> AddAsync(long from, long until) =>
        _watched.AddAsync(At(from).ToUnixTimeTicks() / 10, At(until).ToUnixTimeTicks() / 10, None);

    private Task<List<(long, long)>> AllAsync() => ListAsync(-1_000, 1_000);

    private async Task<List<(long From, long Until)>> ListAsync(long from, long until) =>
    [
        .. (await _watched.ListAsync(At(from), At(until), None)).Select(one => (
            (long)(one.Start - At(0)).TotalSeconds, (long)(one.End - At(0)).TotalSeconds)),
    ];
}
