namespace VoiceQuality.Monitor.Tests.Limits;

/// <summary>Tests that weigh the memory of the process run while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone in the process";
}
