using System.Reflection;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Sip;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Calls;

public sealed class CallStateTests
{
    [Fact]
    public void A_call_state_that_is_used_again_keeps_nothing_of_the_call_before()
    {
        var used = new CallState();
        used.Begin(1, 1, "first"u8, "first"u8);
        foreach (var field in Fields())
        {
            field.SetValue(used, Other(field.FieldType, field.GetValue(used)));
        }

        used.Begin(2, 2, "second"u8, "second"u8);

        var blank = new CallState();
        blank.Begin(2, 2, "second"u8, "second"u8);
        foreach (var field in Fields().Where(static field => !IsRoom(field.FieldType)))
        {
            Assert.Equal(field.GetValue(blank), field.GetValue(used));
        }

        Assert.Equal(blank.Kept, used.Kept);
    }

    [Fact]
    public void Calls_after_a_thousand_others_are_as_they_would_be_alone()
    {
        var many = new Wire();
        for (var i = 0; i < 1_000; i++)
        {
            var other = new SipScript(many, $"before-{i}");
            other.Answered(i * 0.1, (i * 0.1) + 0.05).Released((i * 0.1) + 1);
        }

        new SipScript(many, "last") { Caller = "192.0.2.66:5060" }.Request(1_000, "INVITE");
        var alone = new Wire();
        new SipScript(alone, "last") { Caller = "192.0.2.66:5060" }.Request(1_000, "INVITE");

        var last = Measurement.Of(many).Calls.Single(static call => call.CallId == "last");
        var expected = Measurement.Of(alone).Calls.Single();
        Assert.Equal(
            expected with { Ladder = [], Streams = [], Headers = last.Headers },
            last with { Ladder = [], Streams = [] });
        Assert.Equal(expected.Ladder, last.Ladder);
    }

    // Room for text, fingerprints and messages stays; what was in it does not.
    private static bool IsRoom(Type type) =>
        type == typeof(CallText) || type == typeof(SeenMessages) || type == typeof(LadderRoom);

    private static FieldInfo[] Fields() =>
        typeof(CallState).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static object? Other(Type type, object? value) => Nullable.GetUnderlyingType(type) is { } underlying
        ? Other(underlying, null)
        : type switch
        {
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => 7,
            _ when type == typeof(uint) => 7u,
            _ when type == typeof(long) => 7L,
            _ when type == typeof(string) => "of the call before",
            _ when type == typeof(byte[]) => new byte[] { 7 },
            _ when type == typeof(ulong) => 7ul,
            _ when type == typeof(CallState) => new CallState(),
            _ when type == typeof(SourceCalls.Share) => new SourceCalls.Share(default),
            _ when type == typeof(TextPlace) => new TextPlace(1, 2),
            _ when type == typeof(CallText) => FilledText(),
            _ when type == typeof(SeenMessages) => FilledSeen(),
            _ when type == typeof(LadderRoom) => FilledLadder(),
            _ when type == typeof(List<byte[]>) => new List<byte[]> { new byte[] { 7 } },
            _ when type == typeof(ReleaseReason) => new ReleaseReason("Q.850", 16),
            _ when type.IsEnum => Enum.ToObject(type, 1),
            _ when type == typeof(Dictionary<string, string>) => new Dictionary<string, string> { ["a"] = "b" },
            _ when type == typeof(Protocols.Network.IpEndpoint) => new Protocols.Network.IpEndpoint(
                Protocols.Network.IpAddress128.FromIPv4(0xC000_0207), 7),
            _ => throw new InvalidOperationException($"What another value of {type} is, is not known; was {value}."),
        };

    private static CallText FilledText()
    {
        var text = default(CallText);
        text.Add("of the call before"u8);
        return text;
    }

    private static SeenMessages FilledSeen()
    {
        var seen = default(SeenMessages);
        for (var i = 0ul; i < 20; i++)
        {
            Assert.False(seen.Note(i, 100));
        }

        Assert.True(seen.Note(19, 100));
        return seen;
    }

    private static LadderRoom FilledLadder()
    {
        Assert.True(SipMessage.TryParse(
            "HELLO sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: a\r\nTo: b\r\nCall-ID: c\r\nCSeq: 1 HELLO\r\n\r\n"u8,
            out var message, out _));
        var ladder = new LadderRoom();
        ladder.Add(message, SipMethod.Unknown, default, default, 1, LadderFlags.HasSdp);
        return ladder;
    }
}
