using System.Collections.Concurrent;

namespace VoiceQuality.Service.Failures;

/// <summary>
/// Components about whose failures somebody has just said something, for whoever brings credits up to date. What a stop
/// loses is found when all components are looked at. Threads may share it.
/// </summary>
internal sealed class ChangedOutages
{
    private readonly ConcurrentDictionary<string, byte> _components = new(StringComparer.Ordinal);

    public void Add(string componentId) => _components[componentId] = 0;

    /// <summary>Those that were added since it was asked last.</summary>
    public IReadOnlySet<string> Take()
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var componentId in _components.Keys)
        {
            if (_components.TryRemove(componentId, out _))
            {
                taken.Add(componentId);
            }
        }

        return taken;
    }
}
