using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace VoiceQuality.Protocols.Tests;

/// <summary>The layers hold: who may reference whom, and what the core may not contain.</summary>
public sealed partial class LayeringTests
{
    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, string[]> AllowedProjects = new()
    {
        ["VoiceQuality.Protocols"] = [],
        ["VoiceQuality.Quality"] = [],
        ["VoiceQuality.Sla"] = ["VoiceQuality.Quality"],
        ["VoiceQuality.Monitor"] = ["VoiceQuality.Protocols", "VoiceQuality.Quality"],
        ["VoiceQuality.Storage"] = ["VoiceQuality.Monitor", "VoiceQuality.Sla"],
        ["VoiceQuality.Service"] =
        [
            "VoiceQuality.Protocols", "VoiceQuality.Quality", "VoiceQuality.Sla", "VoiceQuality.Monitor",
            "VoiceQuality.Storage",
        ],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["VoiceQuality.Protocols"] = [],
        ["VoiceQuality.Quality"] = [],
        ["VoiceQuality.Sla"] = ["NodaTime"],
        ["VoiceQuality.Monitor"] = [],
        ["VoiceQuality.Storage"] = ["Microsoft.Data.Sqlite"],
        ["VoiceQuality.Service"] = [.. DeclaredPackages()],
    };

    public static TheoryData<string> Projects => [.. AllowedProjects.Keys];

    [Fact]
    public void Every_project_of_the_source_folder_has_its_row_in_the_table()
    {
        var folders = Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order();

        Assert.Equal(AllowedProjects.Keys.Order(), folders);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_the_layers_below_it(string project)
    {
        var references = References(project, "ProjectReference")
            .Select(include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/')));

        Assert.Empty(references.Except(AllowedProjects[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_the_packages_of_its_layer(string project) =>
        Assert.Empty(References(project, "PackageReference").Except(AllowedPackages[project]));

    [Theory]
    [InlineData("VoiceQuality.Protocols")]
    [InlineData("VoiceQuality.Quality")]
    [InlineData("VoiceQuality.Sla")]
    public void The_core_has_no_input_output_clock_log_or_task(string project) =>
        Assert.Empty(Matches(project, Impure()));

    [Fact]
    public void The_contract_computes_without_binary_floating_point() =>
        Assert.Empty(Matches("VoiceQuality.Sla", FloatingPoint()));

    [Theory]
    [InlineData("var now = DateTime.UtcNow;", true)]
    [InlineData("using System.Net.Sockets;", true)]
    [InlineData("public async Task RunAsync()", true)]
    [InlineData("File.ReadAllBytes(path)", true)]
    [InlineData("using var reader = new StreamReader(path);", true)]
    [InlineData("using var reader = new StreamReader(stream);", false)]
    [InlineData("var profile = packet.ExtensionProfile; // a file of tasks", false)]
    public void The_scan_for_impurity_finds_what_it_should(string line, bool expected) =>
        Assert.Equal(expected, Impure().IsMatch(WithoutComments(line)));

    // A reader over an embedded resource, named `stream`, reads the program itself and is no input.
    [GeneratedRegex(@"\b(System\.IO\.(File|Stream|Directory|Path)\w*|(File|Directory)\.\w+\(|FileStream|StreamWriter"
        + @"|new StreamReader\((?!stream\))|System\.Net\.(Sockets|Http)|Socket|HttpClient"
        + @"|DateTime(Offset)?\.(Now|UtcNow|Today)|SystemClock\.Instance|TimeProvider\.System|Stopwatch"
        + @"|Environment\.TickCount\w*|Thread\.\w+|async|await|(Value)?Task(<|\.|\s+\w+\()|ILogger\w*|Console\.)")]
    private static partial Regex Impure();

    [GeneratedRegex(@"\b(double|float|Double|Half)\b")]
    private static partial Regex FloatingPoint();

    // Comments, and the texts of strings, are no code.
    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|""(\\.|[^""\\\n])*""", RegexOptions.Singleline)]
    private static partial Regex CommentsAndStrings();

    private static string WithoutComments(string source) => CommentsAndStrings().Replace(source, "");

    private static List<string> Matches(string project, Regex pattern)
    {
        var found = new List<string>();
        foreach (var path in Directory.GetFiles(Folder(project), "*.cs", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(Folder(project), path);
            if (relative.Split(Path.DirectorySeparatorChar)[0] is "obj" or "bin")
            {
                continue;
            }

            foreach (Match match in pattern.Matches(WithoutComments(File.ReadAllText(path))))
            {
                found.Add($"{relative}: {match.Value}");
            }
        }

        return found;
    }

    private static List<string> References(string project, string kind) =>
        [.. XDocument.Load(Path.Combine(Folder(project), project + ".csproj"))
            .Descendants(kind)
            .Select(element => element.Attribute("Include")!.Value)];

    private static IEnumerable<string> DeclaredPackages() =>
        XDocument.Load(Path.Combine(Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(element => element.Attribute("Include")!.Value);

    private static string Folder(string project) => Path.Combine(Root, "src", project);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "VoiceQuality.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("VoiceQuality.sln is in no folder above.");
    }
}
