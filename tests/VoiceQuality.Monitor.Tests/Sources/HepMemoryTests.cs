using VoiceQuality.Monitor.Sources.Hep;

namespace VoiceQuality.Monitor.Tests.Sources;

/// <summary>Messages that come once, and those that come again, in a memory that is too small for them.</summary>
public class HepMemoryTests
{
    private const long MsNs = 1_000_000;
    private const long SecondNs = 1_000 * MsNs;
    private const long OldestNs = 60 * SecondNs;
    private const long AheadNs = 5 * SecondNs;
    private const long StartNs = 1_767_600_000 * SecondNs;

    private readonly Dictionary<ulong, (uint? Agent, long AtNs)> _accepted = [];

    [Theory]
    [InlineData(1, 3, 16)]
    [InlineData(2, 1, 4)]
    [InlineData(3, 40, 200)]
    [InlineData(4, 3_000, 2_000)] // more agents than are told apart
    public void No_message_counts_twice_whatever_was_forgotten_and_wherever_the_clock_goes(
        int seed, int agents, int capacity)
    {
        var random = new Random(seed);
        var memory = new HepMemory(capacity, OldestNs, AheadNs);
        var sent = new List<(ulong Digest, uint? Agent, long AtNs)>();
        var (nowNs, again) = (StartNs, 0);
        for (var step = 0; step < 40_000; step++)
        {
            // Mostly fast, at times slow, now and then back.
            nowNs += random.Next(1_000) switch
            {
                0 => random.NextInt64(-90 * SecondNs, 0),
                < 10 => random.NextInt64(0, 40 * SecondNs),
                _ => random.NextInt64(0, 20 * MsNs),
            };
            var isAgain = sent.Count > 0 && random.Next(2) == 0;
            var message = isAgain
                ? sent[Math.Max(0, sent.Count - 1 - random.Next(random.Next(2) == 0 ? 5 * capacity : sent.Count))]
                : ((ulong)step, Agent(random, agents), nowNs + (random.Next(50) == 0
                    ? random.NextInt64(-OldestNs, AheadNs + 1)
                    : random.NextInt64(-20 * MsNs, 1)));
            if (!isAgain)
            {
                sent.Add(message);
            }

            if (IsTaken(memory, message, nowNs))
            {
                Assert.True(_accepted.TryAdd(message.Item1, (message.Item2, message.Item3)), $"step {step}");
            }
            else if (isAgain && message.Item3 >= nowNs - OldestNs && _accepted.ContainsKey(message.Item1))
            {
                again++;
            }
        }

        // Both kinds were tried often enough to say something.
        Assert.InRange(_accepted.Count, 1_000, 40_000);
        Assert.InRange(again, 200, 40_000);
    }

    [Fact]
    public void More_messages_than_are_remembered_within_seconds_are_all_taken_when_they_come_in_time()
    {
        // 50,000 in 5 s, 1,000 remembered twice: a generation spans 100 ms, and each message is 40 ms old at most.
        var random = new Random(5);
        var memory = new HepMemory(1_000, OldestNs, AheadNs);
        for (var i = 0; i < 50_000; i++)
        {
            var nowNs = StartNs + (i * MsNs / 10);
            Assert.True(
                IsTaken(memory, ((ulong)i, (uint?)(i % 3), nowNs - random.NextInt64(0, 40 * MsNs)), nowNs), $"{i}");
        }
    }

    [Fact]
    public void An_agent_whose_clock_is_ahead_holds_up_nobody_else()
    {
        var memory = new HepMemory(100, OldestNs, AheadNs);
        for (var i = 0; i < 1_000; i++)
        {
            var nowNs = StartNs + (i * MsNs);
            Assert.True(IsTaken(memory, ((ulong)i, 7, nowNs + (4 * SecondNs)), nowNs), $"{i}");
            Assert.True(IsTaken(memory, (1_000_000 + (ulong)i, 8, nowNs), nowNs), $"{i}");
            Assert.True(IsTaken(memory, (2_000_000 + (ulong)i, null, nowNs - MsNs), nowNs), $"{i}");
        }

        // What it sent as much earlier as it was forgotten is refused, of it alone.
        var endNs = StartNs + SecondNs;
        Assert.False(IsTaken(memory, (3_000_000, 7, endNs + (3 * SecondNs)), endNs));
        Assert.True(IsTaken(memory, (3_000_001, 8, endNs + (3 * SecondNs)), endNs));
    }

    [Fact]
    public void What_was_forgotten_long_ago_is_refused_when_our_clock_goes_back_to_it()
    {
        var memory = new HepMemory(4, OldestNs, AheadNs);
        var first = (Digest: 0UL, Agent: (uint?)1, AtNs: StartNs);
        Assert.True(IsTaken(memory, first, StartNs));
        for (var minute = 1; minute <= 10; minute++)
        {
            var nowNs = StartNs + (minute * 66 * SecondNs);
            Assert.True(IsTaken(memory, ((ulong)minute, 2, nowNs), nowNs));
        }

        Assert.False(IsTaken(memory, first, StartNs));
    }

    [Fact]
    public void Messages_of_agents_beyond_those_that_are_told_apart_count_once_too()
    {
        const int Agents = 2 * HepMemory.MaxAgents;
        var memory = new HepMemory(Agents, OldestNs, AheadNs);
        for (uint agent = 0; agent < Agents; agent++)
        {
            Assert.True(IsTaken(memory, (agent, agent, StartNs + agent), StartNs + SecondNs));
        }

        // Two more generations, so that the first is forgotten, within the time that a message may be old.
        for (var i = 0; i <= 2 * Agents; i++)
        {
            var nowNs = StartNs + (2 * SecondNs) + (i * MsNs / 10);
            Assert.True(IsTaken(memory, ((ulong)(Agents + i), 0, nowNs), nowNs));
        }

        for (uint agent = 0; agent < Agents; agent++)
        {
            Assert.False(IsTaken(memory, (agent, agent, StartNs + agent), StartNs + (10 * SecondNs)));
        }
    }

    private static uint? Agent(Random random, int agents) =>
        random.Next(agents + 1) is var agent && agent == agents ? null : (uint)agent;

    private static bool IsTaken(HepMemory memory, (ulong Digest, uint? Agent, long AtNs) message, long nowNs)
    {
        memory.Forget(nowNs);
        return message.AtNs >= nowNs - OldestNs && message.AtNs <= nowNs + AheadNs
            && memory.Covers(message.Agent, message.AtNs)
            && memory.TryAdd(message.Digest, message.Agent, message.AtNs);
    }
}
