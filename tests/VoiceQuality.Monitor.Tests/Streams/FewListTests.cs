using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Monitor.Tests.Streams;

public sealed class FewListTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 30)]
    public void It_is_a_list_whatever_comes_and_goes(int seed, int most)
    {
        var random = new Random(seed);
        var items = Enumerable.Range(0, most).Select(static _ => new object()).ToArray();
        var expected = new List<object>();
        var list = default(FewList<object>);
        for (var step = 0; step < 5_000; step++)
        {
            var item = items[random.Next(most)];
            if (random.Next(2) == 0 && expected.Count < 2 * most)
            {
                // The same one may come twice, as a flow to its own place does.
                expected.Add(item);
                list.Add(item);
            }
            else
            {
                Assert.Equal(expected.Remove(item), list.Remove(item));
            }

            var seen = new List<object>();
            foreach (var one in list)
            {
                seen.Add(one);
            }

            Assert.Equal(expected.Count, list.Count);
            Assert.True(expected.SequenceEqual(seen, ReferenceEqualityComparer.Instance));
        }
    }
}
