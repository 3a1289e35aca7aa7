using VoiceQuality.Monitor.Pipeline;

namespace VoiceQuality.Monitor.Tests.Pipeline;

public sealed class EntryIndexTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 300)]
    [InlineData(3, 5_000)]
    public void It_holds_what_a_dictionary_holds_whatever_comes_and_goes(int seed, int keys)
    {
        var random = new Random(seed);
        var expected = new Dictionary<int, Entry>();
        var index = new EntryIndex<int, Reader>();
        for (var step = 0; step < 60_000; step++)
        {
            var key = random.Next(keys);

            // Fills, then empties, then fills again: it grows and shrinks on the way.
            if (random.Next(10) < (step / 15_000 % 2 == 0 ? 8 : 2))
            {
                expected[key] = new Entry(key, step);
                index.Set(key, expected[key]);
            }
            else
            {
                expected.Remove(key);
                index.Remove(key);
            }

            var asked = random.Next(keys);
            Assert.Same(expected.GetValueOrDefault(asked), index.Find(asked));
            Assert.Equal(expected.Count, index.Count);
        }

        Assert.Equal(
            expected.Values.OrderBy(static entry => entry.Key),
            index.Entries.Cast<Entry>().OrderBy(static entry => entry.Key));
        for (var key = 0; key < keys; key++)
        {
            Assert.Same(expected.GetValueOrDefault(key), index.Find(key));
        }
    }

    private sealed record Entry(int Key, int Step);

    private readonly struct Reader : IKeyReader<int>
    {
        public static int KeyOf(object entry) => ((Entry)entry).Key;
    }
}
