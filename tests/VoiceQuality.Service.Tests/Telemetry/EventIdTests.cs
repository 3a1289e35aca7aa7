using System.Reflection;
using Microsoft.Extensions.Logging;

namespace VoiceQuality.Service.Tests.Telemetry;

public sealed class EventIdTests
{
    [Fact]
    public void Event_ids_are_unique_and_in_the_range_of_their_project()
    {
        var events = new[] { typeof(Service.Hosting.ServiceHost).Assembly, typeof(Storage.Database).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => (Method: method, Event: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(entry => entry.Event is not null)
            .ToArray();

        Assert.True(events.Length > 10);
        Assert.All(events.GroupBy(entry => entry.Event!.EventId), group => Assert.Single(group));
        Assert.All(
            events.Where(e => e.Method.DeclaringType!.Namespace!.StartsWith("VoiceQuality.Service", StringComparison.Ordinal)),
            entry => Assert.InRange(entry.Event!.EventId, 4_000, 4_999));
    }
}
