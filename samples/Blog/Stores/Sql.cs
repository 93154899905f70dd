namespace Blog.Stores;

/// <summary>The statements of the Dapper store.</summary>
static class Sql
{
    public const string InsertPost =
        "INSERT INTO blog_sample.posts (author, title, published, visits) VALUES (@Author, @Title, @Published, 0) RETURNING id";

    public const string InsertTags =
        "INSERT INTO blog_sample.tags (name) SELECT unnest(@names) ON CONFLICT DO NOTHING";

    public const string LinkTags =
        "INSERT INTO blog_sample.post_tags (post_id, tag_id) SELECT @id, id FROM blog_sample.tags WHERE name = ANY(@names)";

    public const string UnlinkTags = "DELETE FROM blog_sample.post_tags WHERE post_id = @id";

    public const string InsertComment =
        "INSERT INTO blog_sample.comments (post_id, author, text, written) VALUES (@postId, @Author, @Text, @Written)";

    public const string Visit = "UPDATE blog_sample.posts SET visits = visits + 1 WHERE id = ANY(@ids)";

    public const string LockPost = "SELECT id FROM blog_sample.posts WHERE id = @postId FOR UPDATE";

    public const string CountComments = "SELECT count(*)::int FROM blog_sample.comments WHERE post_id = @postId";

    public const string TagsOf = """
        SELECT t.name FROM blog_sample.tags t JOIN blog_sample.post_tags l ON l.tag_id = t.id WHERE l.post_id = @id ORDER BY t.name COLLATE "C"
        """;

    const string Lines = """
        SELECT p.id, p.author, p.title, p.visits, (SELECT count(*)::int FROM blog_sample.comments c WHERE c.post_id = p.id) AS comments
        FROM blog_sample.posts p
        """;

    public const string Page = Lines + " ORDER BY p.id DESC LIMIT @size OFFSET @skip";

    public const string Some = Lines + " WHERE p.id = ANY(@ids) ORDER BY p.id";

    public const string Tagged = Lines + """
         WHERE EXISTS (SELECT FROM blog_sample.post_tags l JOIN blog_sample.tags t ON t.id = l.tag_id WHERE l.post_id = p.id AND t.name = @tag)
        ORDER BY p.id
        """;

    public const string PostWithComments = """
        SELECT p.id, p.author, p.title, p.visits, 0 AS comments, c.author, c.text, c.written
        FROM blog_sample.posts p LEFT JOIN blog_sample.comments c ON c.post_id = p.id
        WHERE p.id = @id ORDER BY c.written
        """;

    public const string FirstTitle = "SELECT title FROM blog_sample.posts WHERE author = @author ORDER BY id";

    public const string Authors =
        "SELECT author, count(*)::int AS posts, sum(visits)::int AS visits FROM blog_sample.posts GROUP BY author ORDER BY author";

    public const string Overview = """
        SELECT count(*)::int FROM blog_sample.posts;
        SELECT count(*)::int FROM blog_sample.comments;
        SELECT t.name, count(*)::int AS posts FROM blog_sample.tags t JOIN blog_sample.post_tags l ON l.tag_id = t.id GROUP BY t.name ORDER BY t.name;
        SELECT title FROM blog_sample.posts ORDER BY id DESC LIMIT 3
        """;
}
