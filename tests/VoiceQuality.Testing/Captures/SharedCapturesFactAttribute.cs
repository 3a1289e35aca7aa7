using Xunit;

namespace VoiceQuality.Testing.Captures;

/// <summary>
/// A test over captures that are too many to keep beside the source: it runs where <c>VQ_SHARED</c> names their folder
/// and is skipped with that reason elsewhere.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedCapturesFactAttribute : FactAttribute
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "VQ_SHARED";

    /// <summary>Decides whether the test runs.</summary>
    public SharedCapturesFactAttribute()
    {
        if (Folder is null)
        {
            Skip = $"set {Variable} to a folder with captures/ and captures/truth.json to run this test";
        }
    }

    /// <summary>The folder of the captures; null when there is none.</summary>
    public static string? Folder
    {
        get
        {
            var shared = Environment.GetEnvironmentVariable(Variable);
            return string.IsNullOrEmpty(shared) || !File.Exists(Path.Combine(shared, "captures", "truth.json"))
                ? null
                : Path.Combine(shared, "captures");
        }
    }
}
