using Xunit;

namespace VoiceQuality.Testing.Programs;

/// <summary>A test that drives installed programs; skipped with the reason where one is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresProgramFactAttribute : FactAttribute
{
    /// <param name="programs">Names on the search path, all of them needed: "chromium".</param>
    public RequiresProgramFactAttribute(params string[] programs)
    {
        Programs = programs;
        Skip = RequiredProgram.SkipReason(programs);
    }

    /// <summary>What the test needs.</summary>
    public IReadOnlyList<string> Programs { get; }
}

/// <summary>The same for a test with data rows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresProgramTheoryAttribute : TheoryAttribute
{
    /// <param name="programs">Names on the search path, all of them needed.</param>
    public RequiresProgramTheoryAttribute(params string[] programs)
    {
        Programs = programs;
        Skip = RequiredProgram.SkipReason(programs);
    }

    /// <summary>What the test needs.</summary>
    public IReadOnlyList<string> Programs { get; }
}
