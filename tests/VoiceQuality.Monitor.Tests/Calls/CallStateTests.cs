using System.Reflection;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Calls;

public sealed class CallStateTests
{
    [Fact]
    public void A_call_state_that_is_used_again_keeps_nothing_of_the_call_before()
    {
        var used = new CallState(1, [1], "first");
        foreach (var field in Fields())
        {
            field.SetValue(used, Other(field.FieldType, field.GetValue(used)));
        }

        used.Begin(2, [2], "second");

        var blank = new CallState(2, [2], "second");
        foreach (var field in Fields())
        {
            Assert.Equal(field.GetValue(blank), field.GetValue(used));
        }
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
            _ when type == typeof(CallState) => new CallState(3, [], ""),
            _ when type == typeof(SourceCalls.Place) => new SourceCalls.Place(),
            _ when type == typeof(ReleaseReason) => new ReleaseReason("Q.850", 16),
            _ when type.IsEnum => Enum.ToObject(type, 1),
            _ when type == typeof(List<ulong>) => new List<ulong> { 7 },
            _ when type == typeof(List<string>) => new List<string> { "of the call before" },
            _ when type == typeof(IReadOnlyList<string>) => new List<string> { "of the call before" },
            _ when type == typeof(List<SignallingEvent>) => new List<SignallingEvent> { default },
            _ when type == typeof(Dictionary<string, string>) => new Dictionary<string, string> { ["a"] = "b" },
            _ when type == typeof(Protocols.Network.IpEndpoint) => new Protocols.Network.IpEndpoint(
                Protocols.Network.IpAddress128.FromIPv4(0xC000_0207), 7),
            _ => throw new InvalidOperationException($"What another value of {type} is, is not known; was {value}."),
        };
}
