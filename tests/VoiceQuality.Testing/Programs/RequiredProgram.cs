namespace VoiceQuality.Testing.Programs;

/// <summary>
/// Finds programs that a few tests drive (a browser, a SIP tool). Where one is missing the test is skipped and says
/// so; with <c>VQ_REQUIRE_ALL=1</c> it fails instead, so that a build server cannot lose tests unnoticed.
/// </summary>
public static class RequiredProgram
{
    /// <summary>Name of the environment variable that turns a skip into a failure when it is "1".</summary>
    public const string RequireAllVariable = "VQ_REQUIRE_ALL";

    /// <summary>Whether a missing program must fail the test.</summary>
    public static bool RequireAll =>
        string.Equals(Environment.GetEnvironmentVariable(RequireAllVariable), "1", StringComparison.Ordinal);

    /// <summary>Full path of the first of <paramref name="names"/> that the search path has; null when none.</summary>
    public static string? Find(params ReadOnlySpan<string> names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        foreach (var name in names)
        {
            foreach (var folder in folders)
            {
                var candidate = Path.Combine(folder, name);
                if (File.Exists(candidate))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    /// <summary>Full path of the program; fails the test where it is missing.</summary>
    /// <exception cref="InvalidOperationException">None of <paramref name="names"/> is installed.</exception>
    public static string PathOf(params ReadOnlySpan<string> names) =>
        Find(names) ?? throw new InvalidOperationException(MissingText(names));

    /// <summary>Why a test that needs all of <paramref name="programs"/> is skipped; null when it runs.</summary>
    internal static string? SkipReason(ReadOnlySpan<string> programs)
    {
        if (RequireAll)
        {
            return null;
        }

        foreach (var program in programs)
        {
            if (Find(program) is null)
            {
                return MissingText([program]);
            }
        }

        return null;
    }

    private static string MissingText(ReadOnlySpan<string> names) =>
        $"{string.Join(" or ", names.ToArray())} is not installed; install it to run this test "
        + $"({RequireAllVariable}=1 makes this a failure)";
}
