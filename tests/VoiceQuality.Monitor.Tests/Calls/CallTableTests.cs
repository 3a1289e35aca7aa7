using System.Text;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Calls;

public sealed class CallTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_call_is_found_from_when_it_is_entered_until_it_is_taken_out(int seed)
    {
        var random = new Random(seed);
        var table = new CallTable();
        var known = new Dictionary<string, CallState>();
        for (var round = 0; round < 20_000; round++)
        {
            // Fewer bits of the hash than there are places, so that many share one.
            var id = $"{random.Next(6_000)}@h";
            var key = Encoding.ASCII.GetBytes(id);
            var hash = CallTable.HashOf(key) & 0x3FF;
            Assert.Same(known.GetValueOrDefault(id), table.Find(hash, key));
            if (known.Remove(id, out var old))
            {
                table.Remove(old);
            }
            else
            {
                var call = new CallState();
                call.Begin(round, hash, key, key);
                table.Add(call);
                known.Add(id, call);
            }

            Assert.Equal(known.Count, table.Count);
        }

        Assert.Equal(
            known.Values.Select(static call => call.CallRef).Order(),
            table.ToList().Select(static call => call.CallRef).Order());
        foreach (var call in known.Values)
        {
            table.Remove(call);
        }

        Assert.Empty(table.ToList());
    }

    [Theory]
    [InlineData("plain@h")]
    [InlineData("caf\u00e9")]
    [InlineData("tab\tin")]
    public void A_key_is_compared_octet_by_octet_whatever_becomes_of_it_as_text(string id)
    {
        var key = Encoding.UTF8.GetBytes(id);
        var call = new CallState();
        call.Begin(1, 7, key, key);

        Assert.True(call.IsKey(key));
        Assert.False(call.IsKey(key.AsSpan(1)));
        var other = id.Replace('\t', '\uFFFD').Replace('\u00e9', 'e').Replace('p', 'P');
        Assert.False(call.IsKey(Encoding.UTF8.GetBytes(other)));
    }

    [Fact]
    public void Call_IDs_that_differ_in_a_control_character_are_two_calls()
    {
        var wire = new Wire();
        new SipScript(wire, "x\u0001y").Request(1, "INVITE");
        new SipScript(wire, "x\u0002y").Request(2, "INVITE");
        new SipScript(wire, "x\u0001y").Request(3, "INVITE");

        var measured = Measurement.Of(wire);

        Assert.Equal(["x\uFFFDy", "x\uFFFDy"], measured.Calls.Select(static call => call.CallId));
        Assert.Equal(
            [2, 1], measured.Calls.OrderBy(static call => call.StartedAtUs).Select(static call => call.Ladder.Count));
    }

    [Fact]
    public void Octets_of_any_length_that_differ_in_one_place_have_different_hashes()
    {
        var octets = Enumerable.Range(0, 80).Select(static i => (byte)(i * 37)).ToArray();
        var seen = new HashSet<ulong>();
        for (var length = 0; length <= octets.Length; length++)
        {
            Assert.True(seen.Add(CallTable.HashOf(octets.AsSpan(0, length))));
            for (var place = 0; place < length; place++)
            {
                octets[place] ^= 0x10;
                Assert.True(seen.Add(CallTable.HashOf(octets.AsSpan(0, length))));
                octets[place] ^= 0x10;
            }
        }
    }
}
